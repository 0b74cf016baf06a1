import MWBzUtils
import SystemPackage

/// Packed revisions of a wiki that is too big for the memory, apart by ranges of page ids.
///
/// They are added in the order of the tables and taken out range by range. What does not fit into small buffers goes
/// to a file that has no name, so that nobody else reads it and nothing of it stays behind.
struct RevisionPartitions {
    /// What all buffers take together.
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

    /// Makes room for revisions.
    /// - Parameters:
    ///   - bounds: Where each range ends, rising; the last is above all page ids.
    ///   - folder: Where the file is made.
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

    /// Adds revisions.
    mutating func add(_ packed: borrowing PackedRevisions) throws(DumpError) {
        for place in packed.entries.indices {
            let range = self.range(of: packed.entries[place].page)
            packed.append(place, to: &buffers[range])
            if buffers[range].count >= bufferLimit { try flush(range) }
        }
    }

    /// Takes out the revisions of a range.
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
        var low = 0
        var high = bounds.count - 1
        while low < high {
            let middle = (low + high) / 2
            if page < bounds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
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
