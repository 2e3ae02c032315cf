namespace Scenarios.OwnServices;

public sealed class Nats01(NatsFixture infra) : NatsTests(infra);

public sealed class Nats02(NatsFixture infra) : NatsTests(infra);

public sealed class Nats03(NatsFixture infra) : NatsTests(infra);

public sealed class Nats04(NatsFixture infra) : NatsTests(infra);

public sealed class Nats05(NatsFixture infra) : NatsTests(infra);

public sealed class Nats06(NatsFixture infra) : NatsTests(infra);

public sealed class Nats07(NatsFixture infra) : NatsTests(infra);

public sealed class Nats08(NatsFixture infra) : NatsTests(infra);

public sealed class Nats09(NatsFixture infra) : NatsTests(infra);

public sealed class Nats10(NatsFixture infra) : NatsTests(infra);
