internal import SystemPackage

/// Cuts a page out of the text of a dump that begins with it and comes in pieces.
struct PageCutter {
    private var scanner = PageScanner()
    private var size: Int64 = 0
    /// Whether the page has ended.
    private(set) var isFinished = false

    /// The part of the next piece that belongs to the page.
    mutating func cut(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if isFinished { return [] }
        let start = size
        size += Int64(piece.count)
        for event in scanner.scan(Array(piece)) {
            guard case .pageEnd(let end) = event else { continue }
            isFinished = true
            return piece.prefix(Int(end - start))
        }
        return piece
    }

    func noEnd(_ file: FilePath, _ id: Int64) -> BzError {
        BzError(.truncated, "page \(id) does not end", remedy: "fetch or write the file again", file: file)
    }
}
