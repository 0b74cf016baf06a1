import Synchronization

/// Reads batches on the queue of the connection.
///
/// The reader holds statements of the connection. So it is made, used and released only on that queue.
final class TableCursor<Access: TableAccess, Batch: Sendable>: Sendable {
    typealias Read = () throws(DumpError) -> Batch?
    typealias Start = @Sendable (Access.Connection) throws(DumpError) -> sending Read

    /// State shared between the cursor and its work on the queue.
    private final class State: Sendable {
        private enum Stage {
            case new(Start)
            case reading(Read)
            case ended
        }
        private let stage: Mutex<Stage>

        init(_ start: @escaping Start) { stage = Mutex(.new(start)) }

        func next(_ handle: Access.Connection) throws(DumpError) -> Batch? {
            try stage.withLock { (stage) throws(DumpError) -> sending Batch? in
                if case .new(let start) = stage {
                    stage = .ended
                    stage = .reading(try start(handle))
                }
                guard case .reading(let read) = stage else { return nil }
                if let batch = try read() { return batch }
                stage = .ended
                return nil
            }
        }

        func end() { stage.withLock { $0 = .ended } }
    }

    private let connection: Access
    private let state: State

    init(_ connection: Access, _ start: @escaping Start) {
        self.connection = connection
        state = State(start)
    }

    deinit { connection.later { [state] in state.end() } }

    func next() async throws(DumpError) -> Batch? {
        let state = state
        return try await connection.access { (handle) throws(DumpError) in try state.next(handle) }
    }
}

extension TableCursor: RevisionCursor where Batch == RevisionBatch {}
extension TableCursor: LogCursor where Batch == LogBatch {}
extension TableCursor: TitleCursor where Batch == [PageTitle] {}
extension TableCursor: TableTextCursor where Batch == TableText {}
extension TableCursor: PageWeightCursor where Batch == [PageWeight] {}
