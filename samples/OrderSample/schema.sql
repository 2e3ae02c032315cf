CREATE TABLE users (
    id    text PRIMARY KEY,
    name  text NOT NULL,
    email text NOT NULL UNIQUE
);

CREATE TABLE orders (
    id         uuid PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users (id),
    total      numeric(12, 2) NOT NULL CHECK (total >= 0),
    status     text NOT NULL,
    payment_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_by_user ON orders (user_id, created_at);

CREATE TABLE order_items (
    order_id uuid NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    line     integer NOT NULL,
    name     text NOT NULL,
    price    numeric(12, 2) NOT NULL CHECK (price >= 0),
    quantity integer NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, line)
);

INSERT INTO users (id, name, email) VALUES ('user-123', 'Ada Lovelace', 'ada@example.com');
