public import SystemPackage

/// Joins exports by copying bytes. The beginning and the end of each must be gzip members or bzip2 streams of their own.
/// Only those are decoded, and nothing is compressed.
///
/// The result has the beginning of the first file and the end of the last. All files must have the same format. If exports
/// are single bzip2 streams, their bits must be shifted: see ``BzStreamJoiner``.
public struct MemberJoiner: Sendable {
    private static let chunkSize = 1 << 20
    private let files: [(file: RandomAccessFile, edges: MemberEdges)]

    /// Opens the files and finds what to copy.
    /// - Parameter paths: At least one, in order.
    /// - Throws: ``BzError`` with code `fileSystem`, or `wrongFormat` if a file does not consist of such parts.
    public init(_ paths: [FilePath]) throws(BzError) { try self.init(paths, on: WebCalls.of(paths.first ?? "")) }

    /// Opens the files of a file system.
    package init(_ paths: [FilePath], on calls: any FileCalls) throws(BzError) {
        var files: [(RandomAccessFile, MemberEdges)] = []
        for path in paths {
            let file = try RandomAccessFile(path, on: calls)
            files.append((file, try MemberEdges.find(in: file)))
        }
        self.files = files
    }

    /// For each file, what to add to the offset of a page in it to get its offset in the result.
    public var shifts: [Int64] {
        var place = files.first?.edges.bodyStart ?? 0
        return files.map { _, edges in
            defer { place += edges.bodyEnd - edges.bodyStart }
            return place - edges.bodyStart
        }
    }

    /// Writes the joined data.
    /// - Parameters:
    ///   - progress: Called with the number of bytes copied.
    ///   - sink: Gets the bytes, in order.
    /// - Throws: ``BzError`` with code `fileSystem`, `truncated` if a file shrank, `cancelled`, or what `sink` throws.
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
                        .truncated, "the file shrank while it was being read",
                        remedy: "try again when nobody is writing it", file: file.path, bitOffset: place * 8)
                }
                try sink(bytes)
                place += Int64(count)
                copied += Int64(count)
                progress(copied)
            }
        }
    }
}

/// Where the pages are in an export whose beginning and end are gzip members or bzip2 streams of their own.
///
/// The first part contains only the description of the wiki, and the last only `</mediawiki>`. The parts between can be
/// copied without decoding them.
struct MemberEdges: Sendable, Hashable {
    /// Where the part after the description begins.
    let bodyStart: Int64
    /// Where the part with `</mediawiki>` begins.
    let bodyEnd: Int64
    /// Bytes of the file.
    let size: Int64

    /// The description of a wiki with all its namespaces has 20 KB.
    private static let longestHeader = 16 << 20
    /// How many bytes at the end are searched for the last part. It has some 50 bytes.
    private static let endSize: Int64 = 1024

    /// Finds them.
    /// - Throws: ``BzError`` with code `wrongFormat` if the file does not consist of such parts.
    static func find(in file: RandomAccessFile) throws(BzError) -> MemberEdges {
        switch DumpFormat(beginning: try file.read(at: 0, count: DumpFormat.magicSize)) {
        case .gzip: try find(in: file, GzipMemberDecoder.self)
        case .bzip2: try find(in: file, BzStreamDecoder.self)
        case .plain:
            throw BzError(.wrongFormat, "is neither gzip nor bzip2 data", remedy: "make it again", file: file.path)
        }
    }

    private static func find<Part: PartDecoder>(
        in file: RandomAccessFile, _: Part.Type
    ) throws(BzError) -> MemberEdges {
        let size = try file.size()
        guard let header = try part(Part.self, of: file, at: 0), isHeader(header.content) else {
            throw BzError(
                .wrongFormat, "the description of the wiki at the beginning is not a \(Part.partName) of its own",
                remedy: "make it again", file: file.path, bitOffset: 0)
        }
        let start = max(header.end, size - endSize)
        let tail = try file.read(at: start, count: Int(size - start))
        for index in tail.indices.reversed() {
            guard case .part = Part.beginning(Array(tail[index...].prefix(Part.magicSize))) else { continue }
            let place = start + Int64(index)
            guard let footer = try part(Part.self, of: file, at: place), footer.end == size else { continue }
            guard isFooter(footer.content) else { break }
            return MemberEdges(bodyStart: header.end, bodyEnd: place, size: size)
        }
        throw BzError(
            .wrongFormat, "</mediawiki> at the end is not a \(Part.partName) of its own", remedy: "make it again",
            file: file.path, bitOffset: size * 8)
    }

    /// Decodes one part.
    /// - Returns: nil if no whole part begins there.
    private static func part<Part: PartDecoder>(
        _: Part.Type, of file: RandomAccessFile, at start: Int64
    ) throws(BzError) -> (content: [UInt8], end: Int64)? {
        guard case .part = Part.beginning(try file.read(at: start, count: Part.magicSize)) else { return nil }
        let decoder = try Part()
        var window = InputWindow()
        var offset = start
        var content: [UInt8] = []
        while content.count <= longestHeader {
            if window.isEmpty {
                let bytes = try file.read(at: offset, count: 1 << 16)
                offset += Int64(bytes.count)
                window.append(bytes.isEmpty ? nil : bytes)
            }
            let step = try unsafe window.consume { bytes throws(BzError) in
                try unsafe decoder.decode(bytes, atMost: 1 << 16)
            }
            content += step.output
            switch step.outcome {
            case .ended: return (content, start + window.offset)
            case .damaged: return nil
            case .goesOn: if step.output.isEmpty, window.isEmpty, window.isAtEnd { return nil }
            }
        }
        return nil
    }

    private static func isHeader(_ content: [UInt8]) -> Bool {
        let blanks: (UInt8) -> Bool = { $0 <= UInt8(ascii: " ") }
        let text = content.drop(while: blanks)
        return text.starts(with: "<mediawiki".utf8)
            && text.reversed().drop(while: blanks).starts(with: "</siteinfo>".utf8.reversed())
    }

    private static func isFooter(_ content: [UInt8]) -> Bool {
        content.split(whereSeparator: { $0 <= UInt8(ascii: " ") }).elementsEqual([ArraySlice("</mediawiki>".utf8)])
    }
}
