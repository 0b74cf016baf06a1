import Testing

@testable import DumpSimulation

/// Farms that are simulated from seeds.
@Suite struct FarmTests {
    /// A farm of one wiki in which little happens, so that it is soon over.
    private func smallPlan(_ faults: FarmPlan.Fault.Kind...) -> FarmPlan {
        var plan = FarmPlan(seed: 1)
        (plan.wikis, plan.workers, plan.monitors, plan.helpers, plan.lives) = (1, 1, 0, 0, 2)
        plan.faults = faults.enumerated().map { FarmPlan.Fault(moment: .call(200 + 100 * $0), kind: $1) }
        return plan
    }

    @Test func aFarmWithoutFaultsIsDumped() {
        let outcome = Simulation().run(smallPlan())
        #expect(outcome.violation == nil, "\((outcome.remarks + outcome.events).joined(separator: "\n"))")
    }

    @Test(arguments: [
        FarmPlan.Fault.Kind.kill(0), .powerCut(seed: 1), .powerCut(seed: 3), .stop(0, seconds: 4_000),
        .crash(machine: 0),
        .fullDisk(calls: 20), .badDisk(percent: 20, calls: 50), .offline(machine: 0, seconds: 700, waits: true),
        .offline(machine: 0, seconds: 700, waits: false),
    ])
    func aFarmIsDumpedAfterAFault(kind: FarmPlan.Fault.Kind) {
        let outcome = Simulation().run(smallPlan(kind))
        #expect(outcome.violation == nil, "\(kind): \((outcome.remarks + outcome.events).joined(separator: "\n"))")
    }

    @Test func theSamePlanIsTheSameRun() {
        let plan = smallPlan(.kill(0), .powerCut(seed: 7))
        #expect(Simulation().run(plan).hash == Simulation().run(plan).hash)
    }

    @Test(arguments: UInt64(1)...200) func nothingIsWrong(seed: UInt64) {
        let outcome = Simulation().run(seed: seed)
        #expect(outcome.violation == nil, "seed \(seed): \((outcome.remarks + outcome.events).joined(separator: "\n"))")
    }

    /// A fault in what a process is handed is found.
    @Test(arguments: PlantedFault.allCases) func aPlantedFaultIsFound(fault: PlantedFault) {
        let simulation = Simulation(fault.setting)
        let seed = (UInt64(1)...500).first { simulation.run(seed: $0).violation != nil }
        #expect(seed != nil, "\(fault)")
    }

    /// Some weeks of a small farm. `dumpctl sim --year` does a year of a large one.
    @Test func weeksPass() {
        var plan = FarmPlan.year(wikis: 5, seed: 1)
        plan.days = 40
        let outcome = Simulation().run(plan)
        #expect(outcome.violation == nil, "\((outcome.remarks + outcome.events).joined(separator: "\n"))")
    }

    @Test func aFarmInWhichSomethingIsWrongIsMadeSmaller() {
        let simulation = Simulation(PlantedFault.fileNotSynchronized.setting)
        let outcome = simulation.shrink(simulation.run(smallPlan(.kill(0))))
        #expect(outcome.plan.faults == [] && outcome.plan.lives == 1 && outcome.violation != nil)
        #expect(simulation.run(outcome.plan).hash == outcome.hash)
    }
}
