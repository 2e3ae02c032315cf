create table items (id serial primary key, name text not null);
insert into items (name) values ('Item 1'), ('Item 2');
