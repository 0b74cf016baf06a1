import MWBzUtils

/// Many complete bzip2 streams: one for the header, one for each 100 pages, one for the footer; and an index that tells
/// in which stream a page is.
///
/// Index lines read `offset:pageid:title`, where the offset is that of the first byte of the stream.
public struct MultistreamFormat: OutputFormat {
    private let pagesPerStream: Int
    private var current = OutputPiece(bytes: [])
    private var offset = 0

    /// Makes an empty file.
    public init(pagesPerStream: Int = 100) { self.pagesPerStream = max(1, pagesPerStream) }

    /// Takes the next bytes; gives a piece for each stream that has all its pages.
    public mutating func append(_ batch: RenderedBatch) -> [OutputPiece] {
        var full: [OutputPiece] = []
        var start = 0
        for page in batch.pages {
            current.contents.pages.append(page)
            guard current.contents.pages.count == pagesPerStream else { continue }
            current.bytes += batch.bytes[start..<page.end]
            start = page.end
            full.append(current)
            current = OutputPiece(bytes: [])
        }
        current.bytes += batch.bytes[start...]
        return full
    }

    /// Ends the current stream.
    public mutating func cut() -> OutputPiece? {
        defer { current = OutputPiece(bytes: []) }
        return current.bytes.isEmpty ? nil : current
    }

    /// Compresses a stream.
    public static func encode(_ piece: OutputPiece) throws(DumpError) -> EncodedPiece {
        do {
            return .bytes(try BzStream.compress(piece.bytes, level: 9))
        } catch {
            throw DumpError(.jobFailed, "cannot compress a stream of \(piece.bytes.count) bytes", cause: error)
        }
    }

    /// Puts the stream behind the others and says where its pages are.
    public mutating func join(_ encoded: EncodedPiece, of piece: PieceContents) throws(DumpError) -> JoinedPiece {
        guard case .bytes(let bytes) = encoded else { return JoinedPiece(bytes: []) }
        var lines: [UInt8] = []
        for page in piece.pages {
            lines += "\(offset):\(page.id):".utf8
            lines += page.title
            lines.append(UInt8(ascii: "\n"))
        }
        offset += bytes.count
        return JoinedPiece(bytes: bytes, indexLines: lines)
    }

    /// Nothing follows the last stream.
    public mutating func finish() throws(DumpError) -> [UInt8] { [] }
}
