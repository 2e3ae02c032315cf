namespace Scenarios.Proof;

public sealed class Class01(ProofFixture infra) : ManyClasses(infra);

public sealed class Class02(ProofFixture infra) : ManyClasses(infra);

public sealed class Class03(ProofFixture infra) : ManyClasses(infra);

public sealed class Class04(ProofFixture infra) : ManyClasses(infra);

public sealed class Class05(ProofFixture infra) : ManyClasses(infra);

public sealed class Class06(ProofFixture infra) : ManyClasses(infra);

public sealed class Class07(ProofFixture infra) : ManyClasses(infra);

public sealed class Class08(ProofFixture infra) : ManyClasses(infra);

public sealed class Class09(ProofFixture infra) : ManyClasses(infra);

public sealed class Class10(ProofFixture infra) : ManyClasses(infra);

public sealed class Class11(ProofFixture infra) : ManyClasses(infra);

public sealed class Class12(ProofFixture infra) : ManyClasses(infra);

public sealed class Class13(ProofFixture infra) : ManyClasses(infra);

public sealed class Class14(ProofFixture infra) : ManyClasses(infra);

public sealed class Class15(ProofFixture infra) : ManyClasses(infra);

public sealed class Class16(ProofFixture infra) : ManyClasses(infra);

public sealed class Class17(ProofFixture infra) : ManyClasses(infra);

public sealed class Class18(ProofFixture infra) : ManyClasses(infra);

public sealed class Class19(ProofFixture infra) : ManyClasses(infra);

public sealed class Class20(ProofFixture infra) : ManyClasses(infra);
