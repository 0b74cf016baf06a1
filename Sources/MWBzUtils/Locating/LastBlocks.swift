public import SystemPackage

/// Finds what is at the end of a bzip2 file by decoding blocks backwards from the last one.
public struct LastBlocks: Sendable {
    /// How much of the file is searched for magic numbers at a time: more than the longest block.
    private static let windowSize: Int64 = 1_200_000
    private let file: RandomAccessFile

    /// Opens a file.
    /// - Throws: ``BzError`` with code `fileSystem`, naming the file.
    public init(_ path: FilePath) throws(BzError) { file = try RandomAccessFile(path) }

    /// The content of the last complete and intact block; nil if there is none.
    ///
    /// The file may be truncated anywhere, or have other bytes after its end.
    /// - Throws: ``BzError`` when the file cannot be read.
    public func lastContent() throws(BzError) -> [UInt8]? {
        let decoder = BzFastDecoder()
        var content: [UInt8]?
        try forEachMagic { magic throws(BzError) in
            do throws(BzError) {
                content = try file.decodeBlock(at: magic, level: 9, with: decoder).content()
                return false
            } catch {
                guard error.isAboutData else { throw error }
                return true
            }
        }
        return content
    }

    /// The id of the last revision of the file; nil if it has none.
    /// - Throws: ``BzError`` if the examined part of the file is truncated or damaged, or cannot be read.
    public func lastRevisionID() throws(BzError) -> Int64? {
        let prober = BlockProber(file)
        var start = StreamChain(file)
        guard case .block(let first, _) = try start.next() else { return nil }
        var last: Int64?
        var behind: Int64?
        try forEachMagic { magic throws(BzError) in
            guard let probe = try prober.lookIntoIfSound(magic, for: .max) else { return true }
            // If it does not end where the next block begins or the file ends, it is not a block of this file.
            var chain = StreamChain(file, at: probe.endOffset)
            switch try chain.next() {
            case .end where behind == nil: break
            case .block(behind, _): break
            default: return true
            }
            behind = magic
            last = probe.revisions?.last
            return last == nil && magic != first
        }
        guard last != nil || behind == first else {
            throw BzError(
                .damaged, "no block leads to the end of the file", remedy: "check the file", file: file.path,
                bitOffset: behind)
        }
        return last
    }

    /// Calls `body` with the offsets of magic numbers of blocks, last one first, until it returns false.
    private func forEachMagic(_ body: (Int64) throws(BzError) -> Bool) throws(BzError) {
        let prober = BlockProber(file)
        var end = try file.size() * 8
        while end > 0 {
            let start = max(0, end / 8 - Self.windowSize) * 8
            for magic in try prober.magics(from: start, before: end).reversed() {
                guard try body(magic) else { return }
            }
            end = start
        }
    }
}
