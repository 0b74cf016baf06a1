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
            /// The file server loses its power, and everybody else as well.
            case powerCut(seed: UInt64)
            /// Nothing can be written for so many calls.
            case fullDisk(calls: Int)
            /// So many of a hundred calls fail, for some calls.
            case badDisk(percent: Int, calls: Int)
            /// A machine does not reach the file server for some seconds. Its calls fail, or wait.
            case offline(machine: Int, seconds: Int64, waits: Bool)
        }

        /// The number of the call before which it happens.
        package let call: Int
        /// What happens.
        package let kind: Kind

        package var description: String { "before call \(call): \(kind)" }
    }

    /// The seed.
    package let seed: UInt64
    /// How many wikis there are.
    package var wikis: Int
    /// How many processes dump wikis, one after another.
    package var workers: Int
    /// How many processes watch the farm.
    package var monitors: Int
    /// How far the clock of each machine is ahead, in seconds.
    package var clockErrors: [Int64]
    /// How often each process is started again.
    package var lives: Int
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
            Int.random(in: 0..<40, using: &random) == 0
            ? .random(in: 9...50, using: &random) : .random(in: 5...8, using: &random)
        workers = wikis > 8 ? 8 : .random(in: 2...5, using: &random)
        monitors = .random(in: 1...2, using: &random)
        let errors: [Int64] = [0, 0, 0, -3_700, -40, 35, 3_700]
        clockErrors = (0..<Int.random(in: 2...4, using: &random)).map { _ in errors.randomElement(using: &random) ?? 0 }
        lives = .random(in: 1...3, using: &random)
        isContained = Bool.random(using: &random)
        restlessness = [65_536 / 3, 65_536 / 12, 65_536 / 50].randomElement(using: &random) ?? 4096
        let end = wikis * 700
        faults = (0..<Int.random(in: 1...9, using: &random)).map { _ in
            Fault(call: .random(in: 1...end, using: &random), kind: Self.kind(&random))
        }.sorted { $0.call < $1.call }
    }

    private static func kind(_ random: inout SeededGenerator) -> Fault.Kind {
        let victim = Int.random(in: 0..<1_000, using: &random)
        let seconds = [20, 700, 4_000, 9_000].randomElement(using: &random) ?? 20
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<4: return .kill(victim)
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
            "\(wikis) wikis, \(workers) workers, \(monitors) monitors, each started \(lives) times, on \(clockErrors.count) "
            + "machines whose clocks are ahead by \(clocks) s" + (isContained ? ", all in containers" : "")
        return ([size] + faults.map(\.description)).joined(separator: "\n")
    }
}
