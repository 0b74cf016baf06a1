/// A step of a recording: what a process did to the disk.
package struct RecordedCall: Sendable, Hashable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        /// A process began.
        case start(ProcessTraits)
        /// A process made a call, which may have failed.
        case call(FileCall)
        /// The changes of an open file failed to be brought to the disk.
        case failedSynchronize(Int)
        /// A process ended.
        case end
        /// Everything became durable.
        case settle
    }

    /// The number of the process; 0 for none.
    package let process: Int
    /// What happened.
    package let event: Event
    /// When, by the clock of the disk.
    package let time: FileTime
}

/// All that was done to a disk since the recording began, to be done again up to any point.
package struct Recording: Sendable {
    private let beginning: DiskState
    /// What was done. Calls that only look are left out.
    package private(set) var calls: [RecordedCall] = []

    init(_ beginning: DiskState) { self.beginning = beginning }

    mutating func add(_ call: RecordedCall) { calls.append(call) }

    /// The disk after the first calls.
    /// - Parameter clock: The clock by which it goes on; nil for one that stands still.
    package func replay(_ count: Int, clock: (@Sendable () -> FileTime)? = nil) -> SimulatedDisk {
        var state = beginning
        for call in calls.prefix(count) { state.replay(call) }
        let time = calls.prefix(count).last?.time ?? FileTime(seconds: 0)
        return SimulatedDisk(state, clock: clock ?? { time })
    }

    /// The disk after the first calls and a power cut.
    /// - Parameter lost: The numbers of the changes that are lost, of those that are not durable by then.
    package func replay(_ count: Int, losing lost: Set<Int>) -> SimulatedDisk {
        let disk = replay(count)
        disk.cutPower(.losing(lost))
        return disk
    }

    /// Cuts the power after every call, in every way of ``PowerCut/all(of:seeds:)``.
    /// - Parameters:
    ///   - seeds: The seeds of the random cuts.
    ///   - clock: The clock by which the disks go on; nil for one that stands still.
    ///   - body: Gets how many calls were made, how the power was cut, and what is on the disk then.
    package func cutEverywhere(
        seeds: Range<UInt64> = 0..<100, clock: (@Sendable () -> FileTime)? = nil,
        _ body: (Int, PowerCut, SimulatedDisk) throws -> Void
    ) rethrows {
        var state = beginning
        for count in 0...calls.count {
            if count > 0 { state.replay(calls[count - 1]) }
            let time = calls.prefix(count).last?.time ?? FileTime(seconds: 0)
            for cut in PowerCut.all(of: state.pendingChanges, seeds: seeds) {
                let disk = SimulatedDisk(state, clock: clock ?? { time })
                disk.cutPower(cut)
                try body(count, cut, disk)
            }
        }
    }
}

extension DiskState {
    fileprivate mutating func replay(_ step: RecordedCall) {
        switch step.event {
        case .start(let traits): _ = start(traits)
        // What failed then fails again.
        case .call(let call): _ = try? perform(call, by: step.process, at: step.time)
        case .failedSynchronize(let file):
            if let handle = handles[file] { failToSynchronize(handle.number) }
        case .end: end(step.process)
        case .settle: settle()
        }
    }
}
