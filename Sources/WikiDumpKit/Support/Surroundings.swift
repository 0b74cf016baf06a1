import CLibrary

/// What a process knows and gets from outside besides files: who it is, who else is running, time and chance.
///
/// It comes with the ``FileSystem`` that the process uses, and so reaches everything that touches a tree. A simulation hands in its
/// own.
package struct Surroundings: Sendable {
    /// The process.
    let process: ProcessIdentity
    /// Whether a process of the same table is running.
    let isRunning: @Sendable (ProcessIdentity) -> Bool
    /// The clock of its machine.
    let clock: any MachineClock
    /// Measures time and waits.
    let timer: any Clock<Duration>
    /// Makes the whole thread wait. It is for short waits in code that cannot suspend.
    let block: @Sendable (Duration) -> Void
    /// Draws a random number.
    let random: @Sendable () -> UInt64
    /// Where tasks run that do not belong to another task; nil for the threads that Swift chooses.
    let executor: (any TaskExecutor)?

    /// This process.
    package static let real = Surroundings(
        process: .current, isRunning: \.isRunning, clock: SystemWallClock(), timer: ContinuousClock(),
        block: { duration in
            let (seconds, fraction) = duration.components
            usleep(UInt32(clamping: seconds * 1_000_000 + fraction / 1_000_000_000_000))
        }, random: { .random(in: .min ... .max) }, executor: nil)

    /// Describes the surroundings of a process.
    package init(
        process: ProcessIdentity, isRunning: @escaping @Sendable (ProcessIdentity) -> Bool, clock: any MachineClock,
        timer: any Clock<Duration>, block: @escaping @Sendable (Duration) -> Void,
        random: @escaping @Sendable () -> UInt64, executor: (any TaskExecutor)?
    ) {
        self.process = process
        self.isRunning = isRunning
        self.clock = clock
        self.timer = timer
        self.block = block
        self.random = random
        self.executor = executor
    }

    /// Whether the number of a process belongs to the table of this process.
    func sharesTable(with other: ProcessIdentity) -> Bool { other.table != nil && other.table == process.table }

    /// Whether a process is known to have ended.
    ///
    /// Only a process of our own table can be known. Host names do not tell: two containers, or a machine and its copy, may have
    /// the same one. There, every process may have number 1.
    func knowsDead(_ other: ProcessIdentity) -> Bool {
        sharesTable(with: other) && other.startTicks != nil && other.processID > 0 && !isRunning(other)
    }

    /// A text that no other process draws.
    func newMark() -> String { String(random(), radix: 36) }
}

extension Surroundings: RandomNumberGenerator {
    package func next() -> UInt64 { random() }
}

extension Clock where Duration == Swift.Duration {
    /// Starts to measure.
    /// - Returns: Tells how much time has passed since then.
    func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
