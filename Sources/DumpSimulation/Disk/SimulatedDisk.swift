package import MWBzUtils
import Synchronization
package import SystemPackage

/// Is told of a call before it is made.
package typealias BeforeCall = @Sendable (FileCall) throws(Errno) -> Void

/// Is told of a call after it was made, with the error if it failed.
package typealias AfterCall = @Sendable (FileCall, Errno?) -> Void

/// A disk in memory that several simulated machines use at once, like one file server. It behaves as Linux does towards
/// `root`, and forgets in a power cut what was not synchronized.
///
/// It has no clock of its own and draws no numbers. With the same calls in the same order it is the same disk.
package final class SimulatedDisk: Sendable {
    private struct Content {
        var state: DiskState
        var recording: Recording?

        mutating func record(_ process: Int, _ event: RecordedCall.Event, _ time: FileTime) {
            recording?.add(RecordedCall(process: process, event: event, time: time))
        }
    }

    private let content: Mutex<Content>
    private let clock: @Sendable () -> FileTime

    /// An empty disk.
    /// - Parameters:
    ///   - traits: What it is like.
    ///   - clock: The clock of the disk, from which files get their times.
    package convenience init(_ traits: DiskTraits = DiskTraits(), clock: @escaping @Sendable () -> FileTime) {
        self.init(DiskState(traits, at: clock()), clock: clock)
    }

    /// A disk that goes on from a state.
    init(_ state: DiskState, clock: @escaping @Sendable () -> FileTime) {
        self.clock = clock
        content = Mutex(Content(state: state))
    }

    // MARK: Processes

    /// Begins a process that uses the disk.
    package func startProcess(_ traits: ProcessTraits) -> SimulatedProcess {
        let time = clock()
        let number = content.withLock { content in
            let number = content.state.start(traits)
            content.record(number, .start(traits), time)
            return number
        }
        return SimulatedProcess(number: number, traits: traits, disk: self)
    }

    /// Ends all processes of a machine.
    package func kill(_ machine: SimulatedMachine) {
        let time = clock()
        content.withLock { content in
            for (number, process) in content.state.processes.sorted(by: { $0.key < $1.key })
            where process.isAlive && process.traits.machine == machine {
                content.state.end(number)
                content.record(number, .end, time)
            }
        }
    }

    /// Ends a process.
    func kill(_ process: Int) {
        let time = clock()
        content.withLock { content in
            content.state.end(process)
            content.record(process, .end, time)
        }
    }

    func isAlive(_ process: Int) -> Bool {
        content.withLock { $0.state.processes[process]?.isAlive ?? false }
    }

    /// How many files a process has open.
    func openFiles(of process: Int) -> Int {
        content.withLock { $0.state.handles.values.count { $0.process == process } }
    }

    // MARK: Calls

    /// The calls of a process.
    /// - Parameter beforeCall: Is told of each call before it is made, and may end the process, cut the power, or wait. What
    ///   it throws the call throws, and does nothing.
    ///   - afterCall: Is told of each call that was made.
    ///   - temporaryNames: The temporary names of the process.
    package func calls(
        for process: SimulatedProcess, beforeCall: @escaping BeforeCall = { _ throws(Errno) in },
        afterCall: @escaping AfterCall = { _, _ in }, temporaryNames: TemporaryNames = .ofThisProcess
    ) -> any FileCalls {
        SimulatedCalls(
            process: process, beforeCall: beforeCall, afterCall: afterCall, temporaryNames: temporaryNames)
    }

    /// Makes a call for a process.
    func perform(_ call: FileCall, by process: Int) throws(Errno) -> FileAnswer {
        let time = clock()
        return try content.withLock { (content) throws(Errno) in
            if !call.onlyLooks { content.record(process, .call(call), time) }
            return try content.state.perform(call, by: process, at: time)
        }
    }

    /// Fails to bring the changes of an open file to the disk.
    func failToSynchronize(_ file: Int, by process: Int) {
        let time = clock()
        content.withLock { content in
            guard let handle = content.state.handles[file], handle.process == process else { return }
            content.state.failToSynchronize(handle.number)
            content.record(process, .failedSynchronize(file), time)
        }
    }

    // MARK: Power

    /// The changes that a power cut can lose now, in order.
    package var pendingChanges: [DiskChange] { content.withLock { $0.state.pendingChanges } }

    /// Cuts the power. All processes are dead after that, and the disk holds what survived. A recording ends.
    package func cutPower(_ cut: PowerCut) {
        content.withLock { content in
            content.state.cutPower(cut)
            content.recording = nil
        }
    }

    /// Makes everything durable, as the system does by itself after a while.
    package func settle() {
        let time = clock()
        content.withLock { content in
            content.state.settle()
            content.record(0, .settle, time)
        }
    }

    // MARK: Looking

    /// Everything that has a path, sorted by path bytewise.
    package func tree() -> [TreeEntry] { content.withLock { $0.state.current }.tree() }

    /// Looks at what everybody sees, and at what a power cut would leave if it lost everything.
    func look<R>(_ body: (_ current: DiskImage, _ durable: DiskImage) -> R) -> R {
        content.withLock { body($0.state.current, $0.state.durable) }
    }

    /// Begins to record what is done to the disk.
    package func startRecording() {
        content.withLock { $0.recording = Recording($0.state) }
    }

    /// What was recorded; nil if nothing is.
    package var recording: Recording? { content.withLock { $0.recording } }
}

/// A process that uses a simulated disk.
package struct SimulatedProcess: Sendable {
    /// Counts the processes that used the disk, from 1.
    package let number: Int
    /// What it is like.
    package let traits: ProcessTraits
    /// The disk.
    package let disk: SimulatedDisk

    init(number: Int, traits: ProcessTraits, disk: SimulatedDisk) {
        (self.number, self.traits, self.disk) = (number, traits, disk)
    }

    /// Whether the process is not ended yet.
    package var isAlive: Bool { disk.isAlive(number) }

    /// Ends the process wherever it is. Its open files are closed, its locks are free, and all its later calls fail and change
    /// nothing.
    package func kill() { disk.kill(number) }

    /// Changes the folder from which relative paths begin.
    package func enter(_ folder: FilePath) throws(Errno) { _ = try disk.perform(.enter(folder), by: number) }
}
