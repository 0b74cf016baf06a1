import Synchronization

/// The blocks that were decoded last. Safe to use from many tasks at once.
final class BlockCache: Sendable {
    private struct Entry {
        let number: Int
        let content: Content
    }

    /// The content of a block; a very large one is kept as it is before its runs are written out.
    enum Content {
        case plain([UInt8])
        case coded(BzDecodedBlock)

        /// A block of text has less than this.
        private static let usualSize = 2 << 20

        init(_ block: BzDecodedBlock) {
            self = block.uncompressedSize <= Self.usualSize ? .plain(block.content()) : .coded(block)
        }

        var bytes: [UInt8] {
            switch self {
            case .plain(let bytes): bytes
            case .coded(let block): block.content()
            }
        }
    }

    private let capacity: Int
    /// The block that was used last stands last.
    private let entries = Mutex<[Entry]>([])

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// The content of a block, which `decode` makes if it is not there.
    func content(of number: Int, _ decode: () throws(BzError) -> BzDecodedBlock) throws(BzError) -> [UInt8] {
        let known = entries.withLock { entries -> Content? in
            guard let index = entries.firstIndex(where: { $0.number == number }) else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.content
        }
        if let known { return known.bytes }
        // Two tasks may decode the same block; neither has to wait for the other.
        let content = Content(try decode())
        entries.withLock { entries in
            guard !entries.contains(where: { $0.number == number }) else { return }
            if entries.count >= capacity { entries.removeFirst() }
            entries.append(Entry(number: number, content: content))
        }
        return content.bytes
    }
}
