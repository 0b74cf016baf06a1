/// What happens in a simulation: how large the farm is, and what goes wrong when. A seed gives a plan, and a plan can be made
/// smaller to find what matters.
package struct FarmPlan: Sendable, Hashable {
    /// Something that goes wrong.
    package struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// What goes wrong. Victims are given as numbers; the remainder by how many there are chooses one.
        package enum Kind: Sendable, Hashable {
            /// A process is ended (`kill -9`).
            case kill(Int)
            /// A machine loses its power.
            case crash(machine: Int)
            /// A process does not run for some seconds (`SIGSTOP`, or a suspended machine).
            case stop(Int, seconds: Int64)
            /// The next process that is about to take something over does not run for some seconds.
            case stopAtTakeover(seconds: Int64)
            /// The file server loses its power, and everybody else as well.
            case powerCut(seed: UInt64)
            /// Nothing can be written for so many calls.
            case fullDisk(calls: Int)
            /// So many of a hundred calls fail, for some calls.
            case badDisk(percent: Int, calls: Int)
            /// A machine does not reach the file server for some seconds. Its calls fail, or wait.
            case offline(machine: Int, seconds: Int64, waits: Bool)
        }

        /// When it happens.
        package enum Moment: Sendable, Hashable {
            /// Before the call of this number.
            case call(Int)
            /// Before the first call after so many seconds.
            case second(Int64)
        }

        /// When it happens.
        package let moment: Moment
        /// What happens.
        package let kind: Kind

        package var description: String {
            switch moment {
            case .call(let number): "before call \(number): \(kind)"
            case .second(let time): "after \(time) s: \(kind)"
            }
        }
    }

    /// The seed.
    package let seed: UInt64
    /// How many wikis there are.
    package var wikis: Int
    /// How many processes dump wikis, one after another.
    package var workers: Int
    /// How many processes watch the farm.
    package var monitors: Int
    /// How many processes help others with batches.
    package var helpers: Int
    /// How far the clock of each machine is ahead, in seconds.
    package var clockErrors: [Int64]
    /// How often each process is started.
    package var lives: Int
    /// How many days pass before the last worker. After none, it does what the others left undone; later, it dumps every wiki anew.
    package var restDays: Int
    /// How many days processes are started again. After that, nothing goes wrong any more.
    package var days = Int.max
    /// Whether a wiki is dumped again only after half a month.
    package var isPatient = false
    /// Whether each process is alone in a container, with number 1 and the host name of all others.
    package var isContained: Bool
    /// How often another process goes on after a call, in 65536ths.
    package var restlessness: UInt64
    /// What goes wrong, in order.
    package var faults: [Fault]

    /// Draws the plan of a seed.
    package init(seed: UInt64) {
        var random = SeededGenerator(seed: seed ^ 0x5EED)
        self.seed = seed
        // Mostly small farms: they find the same, and sooner.
        wikis =
            Int.random(in: 0..<100, using: &random) == 0 ? .random(in: 9...50, using: &random) : 5
        workers = wikis > 8 ? 8 : .random(in: 2...5, using: &random)
        monitors = [1, 1, 2].randomElement(using: &random) ?? 1
        helpers = [0, 0, 1, 1, 2].randomElement(using: &random) ?? 0
        let errors: [Int64] = [0, 0, 0, -3_700, -40, 35, 3_700]
        clockErrors = (0..<Int.random(in: 2...4, using: &random)).map { _ in errors.randomElement(using: &random) ?? 0 }
        lives = [1, 1, 1, 1, 2, 3].randomElement(using: &random) ?? 1
        restDays = [0, 0, 0, 2].randomElement(using: &random) ?? 0
        isContained = Bool.random(using: &random)
        restlessness = [65_536 / 3, 65_536 / 12, 65_536 / 50].randomElement(using: &random) ?? 4096
        let end = wikis * 1_500
        let drawn = (0..<Int.random(in: 1...9, using: &random)).map { _ in
            (call: Int.random(in: 1...end, using: &random), kind: Self.kind(&random))
        }.sorted { $0.call < $1.call }
        faults = drawn.map { Fault(moment: .call($0.call), kind: $0.kind) }
    }

    /// A year of a farm in which something goes wrong every other day. Each wiki is dumped twice a month.
    package static func year(wikis: Int, seed: UInt64) -> FarmPlan {
        var plan = FarmPlan(seed: seed)
        (plan.wikis, plan.workers, plan.monitors, plan.helpers) = (wikis, 8, 2, 2)
        (plan.lives, plan.days, plan.isPatient) = (.max, 365, true)
        plan.restlessness = 65_536 / 50
        var random = SeededGenerator(seed: seed ^ 0xCA1E)
        plan.faults = (0..<182).map { number in
            // A whole day for each, so that they come in order.
            let time = Int64(number) * 2 * 86_400 + .random(in: 0..<86_400, using: &random)
            return Fault(moment: .second(time), kind: Self.kind(&random))
        }
        return plan
    }

    private static func kind(_ random: inout SeededGenerator) -> Fault.Kind {
        let victim = Int.random(in: 0..<1_000, using: &random)
        let seconds = [20, 700, 4_000, 9_000].randomElement(using: &random) ?? 20
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<3: return .kill(victim)
        case 3: return .stopAtTakeover(seconds: Int64(seconds))
        case 4: return .crash(machine: victim)
        case 5..<11: return .stop(victim, seconds: Int64(seconds))
        case 11..<15: return .powerCut(seed: random.next())
        case 15: return .fullDisk(calls: .random(in: 1...60, using: &random))
        case 16..<18:
            return .badDisk(
                percent: [2, 20].randomElement(using: &random) ?? 2, calls: .random(in: 5...150, using: &random))
        default: return .offline(machine: victim, seconds: Int64(seconds), waits: .random(using: &random))
        }
    }
}

extension FarmPlan {
    /// The plan in words.
    package var text: String {
        let clocks = clockErrors.map { "\($0)" }.joined(separator: ", ")
        let size =
            "\(wikis) wikis, \(workers) workers, \(monitors) monitors, \(helpers) helpers, each started \(days == .max ? "\(lives) times" : "again and again for \(days) days"), on \(clockErrors.count) "
            + "machines whose clocks are ahead by \(clocks) s" + (isContained ? ", all in containers" : "")
        return ([size] + faults.map(\.description)).joined(separator: "\n")
    }
}
