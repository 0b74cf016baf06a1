/// The simulation of a farm for a seed: always the same for the same seed.
package struct Simulation: Sendable {
    /// What came of a seed.
    package struct Outcome: Sendable {
        /// What was played.
        package let plan: FarmPlan
        /// What was wrong; nil if nothing was.
        package let violation: String?
        /// How many calls to the file system were made.
        package let calls: Int
        /// A number that is the same if the same happened.
        package let hash: UInt64
        /// What went wrong and what the processes said, one line for each.
        package let remarks: [String]
        /// The last calls, one line for each.
        package let events: [String]
    }

    private let setting: FarmSetting

    /// - Parameter setting: What is handed in to the processes.
    package init(_ setting: FarmSetting = FarmSetting()) { self.setting = setting }

    /// Plays the plan of a seed.
    package func run(seed: UInt64) -> Outcome { run(FarmPlan(seed: seed)) }

    /// Plays a plan.
    package func run(_ plan: FarmPlan) -> Outcome {
        let farm = SimulatedFarm(plan, setting)
        farm.run()
        let violation = farm.watch.violation
        return Outcome(
            plan: plan, violation: violation, calls: farm.calls, hash: farm.watch.hash,
            remarks: violation == nil ? [] : farm.watch.remarks.suffix(Self.shownRemarks).map(\.text),
            events: violation == nil ? [] : farm.watch.events.suffix(Self.shownEvents).map(\.text))
    }

    private static let (shownRemarks, shownEvents) = (150, 60)

    /// Looks for a smaller plan that also goes wrong.
    /// - Returns: What came of it.
    package func shrink(_ outcome: Outcome) -> Outcome {
        var best = outcome
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for plan in best.plan.smaller {
                let other = run(plan)
                guard other.violation != nil else { continue }
                (best, isSmaller) = (other, true)
                break
            }
        }
        return best
    }
}

extension FarmPlan {
    /// Plans with less in them, those first that leave out most.
    fileprivate var smaller: [FarmPlan] {
        func with(_ change: (inout FarmPlan) -> Void) -> FarmPlan? {
            var plan = self
            change(&plan)
            return plan == self ? nil : plan
        }
        var plans = [
            with { if $0.days < .max { $0.days /= 2 } },
            with { $0.faults = Array($0.faults.prefix($0.faults.count / 2)) },
            with { $0.faults = Array($0.faults.suffix($0.faults.count / 2)) },
            with { $0.wikis = max(1, $0.wikis / 2) }, with { $0.workers = max(1, $0.workers / 2) },
            with { $0.monitors = 0 }, with { $0.helpers = 0 }, with { $0.lives = 1 }, with { $0.isContained = false },
            with { $0.clockErrors = $0.clockErrors.map { _ in 0 } },
            with { $0.wikis = max(1, $0.wikis - 1) }, with { $0.workers = max(1, $0.workers - 1) },
        ]
        plans += faults.indices.map { index in with { _ = $0.faults.remove(at: index) } }
        return plans.compactMap { $0 }
    }
}

extension FarmWatch.Event {
    /// The event in a line: when, who, what, and how it ended.
    fileprivate var text: String {
        let seconds = time / Scheduler.second
        let fraction = String(time % Scheduler.second / 1_000_000 + 1_000).dropFirst()
        let what = call?.description ?? remark
        return
            "\(seconds).\(fraction) s, \(process == 0 ? "farm" : "process \(process)"): \(what)\(error.map { ": \($0)" } ?? "")"
    }
}
