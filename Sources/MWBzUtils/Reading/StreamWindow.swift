import Synchronization
import SystemPackage

/// A window of data that arrives from front to back. A reader can read it more than once.
final class StreamWindow<Source: ByteStream & ~Copyable>: CompressedBytes {
    private struct State: ~Copyable {
        var source: Source
        var bytes: [UInt8] = []
        /// Where `bytes` begin in the data.
        var offset: Int64 = 0
        /// Before this, nothing is needed.
        var floor: Int64 = 0
        var isAtEnd = false

        var end: Int64 { offset + Int64(bytes.count) }

        mutating func fill() throws(BzError) {
            let done = Int(min(floor, end) - offset)
            // Removing bytes means moving the rest, so it is not done for a few bytes.
            if done > bytes.count / 2 {
                bytes.removeSubrange(..<done)
                offset += Int64(done)
            }
            guard let chunk = try source.next() else {
                isAtEnd = true
                return
            }
            bytes += chunk
        }
    }

    let path: FilePath
    private let state: Mutex<State>

    init(_ source: consuming sending Source, named path: FilePath) {
        self.path = path
        state = Mutex(State(source: source))
    }

    func size() throws(BzError) -> Int64 {
        try state.withLock { state throws(BzError) in
            while !state.isAtEnd {
                state.floor = state.end
                do throws(BzError) { try state.fill() } catch { throw error.naming(path) }
            }
            return state.end
        }
    }

    func read(at offset: Int64, count: Int) throws(BzError) -> [UInt8] {
        try state.withLock { state throws(BzError) in
            while !state.isAtEnd, state.end < offset + Int64(count) {
                do throws(BzError) { try state.fill() } catch { throw error.naming(path) }
            }
            guard offset >= state.floor else {
                throw BzError(.fileSystem, "cannot be read again", remedy: "use a regular file", file: path)
            }
            let start = Int(min(offset, state.end) - state.offset)
            return Array(state.bytes[start...].prefix(count))
        }
    }

    func forget(before offset: Int64) { state.withLock { $0.floor = max($0.floor, offset) } }
}
