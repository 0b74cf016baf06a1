import MWBzUtils
import SystemPackage

/// Packed revisions of a wiki that does not fit into memory, split by ranges of page ids.
///
/// Revisions are added in the order of the tables and taken out range by range. When a small buffer is full, its contents
/// move to a file without a name. So nobody else can read the file, and nothing of it remains afterwards.
struct RevisionPartitions {
    /// The total size of all buffers.
    private static let memoryLimit = 1 << 24

    /// A piece of the file.
    private struct Extent {
        let offset: Int64
        let count: Int
    }

    private let bounds: [Int64]
    private let bufferLimit: Int
    private let file: SpillFile
    private let folder: FilePath
    private var buffers: [[UInt8]]
    private var extents: [[Extent]]

    /// - Parameter bounds: The end of each range, rising. The last is above all page ids.
    init(bounds: [Int64], folder: FilePath) throws(DumpError) {
        self.bounds = bounds
        self.folder = folder
        bufferLimit = max(Self.memoryLimit / bounds.count, 1 << 14)
        buffers = Array(repeating: [], count: bounds.count)
        extents = Array(repeating: [], count: bounds.count)
        do throws(BzError) { file = try SpillFile(in: folder) } catch {
            throw Self.failure(error, "cannot make", in: folder)
        }
    }

    mutating func add(_ packed: borrowing PackedRevisions) throws(DumpError) {
        for place in packed.entries.indices {
            let range = self.range(of: packed.entries[place].page)
            packed.append(place, to: &buffers[range])
            if buffers[range].count >= bufferLimit { try flush(range) }
        }
    }

    /// Removes the revisions of a range.
    mutating func take(_ range: Int, into packed: inout PackedRevisions) throws(DumpError) {
        packed = PackedRevisions()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(extents[range].reduce(buffers[range].count) { $0 + $1.count })
        for extent in extents[range] {
            do throws(BzError) { bytes += try file.read(at: extent.offset, count: extent.count) } catch {
                throw Self.failure(error, "cannot read", in: folder)
            }
        }
        bytes += buffers[range]
        buffers[range] = []
        packed.adopt(bytes)
    }

    private func range(of page: Int64) -> Int {
        min(bounds.partitioningIndex { page < $0 }, bounds.count - 1)
    }

    private mutating func flush(_ range: Int) throws(DumpError) {
        do throws(BzError) {
            extents[range].append(Extent(offset: try file.append(buffers[range]), count: buffers[range].count))
        } catch {
            throw Self.failure(error, "cannot write", in: folder)
        }
        buffers[range].removeAll(keepingCapacity: true)
    }

    private static func failure(_ error: BzError, _ what: String, in folder: FilePath) -> DumpError {
        DumpError(error.cause as? Errno ?? .ioError, "\(what) a temporary file in \(folder)")
    }
}
