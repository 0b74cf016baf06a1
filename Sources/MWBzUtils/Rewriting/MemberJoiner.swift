public import SystemPackage

/// Joins exports whose beginnings and ends are gzip members or bzip2 streams of their own by copying bytes: nothing is
/// decoded but those, and nothing is compressed.
///
/// The first file keeps its beginning and the last its end. All files have one format; of an export in one bzip2 stream the
/// bits have to be moved, see ``BzStreamJoiner``.
public struct MemberJoiner: Sendable {
    private static let chunkSize = 1 << 20
    private let files: [(file: RandomAccessFile, edges: MemberEdges)]

    /// Opens the files and finds what of them is copied.
    /// - Parameter paths: At least one, in order.
    /// - Throws: ``BzError`` with code `fileSystem`, or `wrongFormat` if a file is not made of parts in that way.
    public init(_ paths: [FilePath]) throws(BzError) {
        var files: [(RandomAccessFile, MemberEdges)] = []
        for path in paths {
            let file = try RandomAccessFile(path)
            files.append((file, try MemberEdges.find(in: file)))
        }
        self.files = files
    }

    /// For each file, what to add to the place of a page in it for its place in the result.
    public var shifts: [Int64] {
        var place = files.first?.edges.bodyStart ?? 0
        return files.map { _, edges in
            defer { place += edges.bodyEnd - edges.bodyStart }
            return place - edges.bodyStart
        }
    }

    /// Writes the joined data.
    /// - Parameters:
    ///   - progress: Is told how many bytes were copied.
    ///   - sink: Gets the bytes, in order.
    /// - Throws: ``BzError`` with code `fileSystem`, `truncated` if a file became shorter, `cancelled`, or what `sink`
    ///   throws.
    public func join(
        progress: (Int64) -> Void = { _ in }, to sink: ([UInt8]) throws(BzError) -> Void
    ) throws(BzError) {
        var copied: Int64 = 0
        for (index, (file, edges)) in files.enumerated() {
            let isLast = index == files.count - 1
            var place = index == 0 ? 0 : edges.bodyStart
            let end = isLast ? edges.size : edges.bodyEnd
            while place < end {
                if Task.isCancelled { throw BzError(.cancelled, "the copying was stopped", file: file.path) }
                let count = Int(min(Int64(Self.chunkSize), end - place))
                let bytes = try file.read(at: place, count: count)
                guard bytes.count == count else {
                    throw BzError(
                        .truncated, "the file became shorter while it was read",
                        remedy: "try again when nobody writes it", file: file.path, bitOffset: place * 8)
                }
                try sink(bytes)
                place += Int64(count)
                copied += Int64(count)
                progress(copied)
            }
        }
    }
}
