/// An output of a pipeline: one file, or several one after another.
struct PipelineOutput {
    let series: OutputSeries
    /// An empty file of the format.
    let format: any OutputFormat
    /// What stands before everything, in a block, stream or member of its own.
    var header: [UInt8] = []
    /// What stands after everything, likewise.
    var footer: [UInt8] = []
    /// The place, in the list of outputs, of the one that gets the index of this one. It has to come after this one and gets
    /// nothing else.
    var indexOutput: Int?
}

extension PipelineOutput {
    /// - Parameter file: The only file.
    init(
        file: OutputFile, format: any OutputFormat, header: [UInt8] = [], footer: [UInt8] = [], indexOutput: Int? = nil
    ) {
        self.init(
            series: OutputSeries(file), format: format, header: header, footer: footer, indexOutput: indexOutput)
    }
}

/// Counts what went through an output.
struct OutputTally: Sendable, Hashable {
    /// The number of pages that ended.
    var pages: Int64 = 0
    /// The number of revisions, log entries or lines.
    var items: Int64 = 0
    /// The lowest and the highest id of the pages.
    var pageIDs: ClosedRange<Int64>?
    /// The lowest and the highest id of the items, if they have ids.
    var itemIDs: ClosedRange<Int64>?
    /// The sum of the sizes stated for the texts.
    var textBytes: Int64 = 0
    /// The number of bytes before compression.
    var bytesIn: Int64 = 0
    /// The size of the file so far.
    var bytesOut: Int64 = 0

    mutating func add(_ batch: RenderedBatch) {
        pages += Int64(batch.pages.count)
        items += batch.items
        itemIDs = itemIDs.including(batch.itemIDs)
        textBytes &+= batch.textBytes
        for page in [batch.pages.first, batch.pages.last] {
            if let page { pageIDs = pageIDs.including(page.id...page.id) }
        }
        bytesIn += Int64(batch.bytes.count)
    }
}

/// The state of a file inside a running pipeline: what is waiting for a core, and what is waiting for its turn in the file.
struct OutputLane {
    let file: OutputFile
    private var format: any OutputFormat
    private let footer: [UInt8]
    private(set) var tally = OutputTally()
    private(set) var waiting: [(number: Int, piece: OutputPiece)] = []
    /// The contents and uncompressed sizes of the pieces that are not written yet.
    private var held: [Int: (contents: PieceContents, size: Int)] = [:]
    /// The uncompressed size of the pieces that are not written yet.
    private(set) var heldSize = 0
    private var encoded: [Int: EncodedPiece] = [:]
    private var nextNumber = 0
    private var nextToJoin = 0
    /// Whether all input has been taken.
    private(set) var isClosed = false

    init(_ output: PipelineOutput, _ file: OutputFile) {
        self.file = file
        format = output.format
        footer = output.footer
        addAlone(output.header)
    }

    /// Whether everything that was taken has been written.
    var isDrained: Bool { nextToJoin == nextNumber }

    mutating func take(_ batch: RenderedBatch) {
        tally.add(batch)
        for piece in format.append(batch) { add(piece) }
    }

    mutating func close() {
        if let piece = format.cut() { add(piece) }
        addAlone(footer)
        isClosed = true
    }

    mutating func popWaiting() -> (number: Int, piece: OutputPiece)? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// Takes a compressed piece and writes all pieces that are next in order.
    /// - Returns: The index lines of the written pieces.
    mutating func accept(_ piece: EncodedPiece, number: Int) throws(DumpError) -> [UInt8] {
        encoded[number] = piece
        var lines: [UInt8] = []
        while let next = encoded.removeValue(forKey: nextToJoin) {
            let piece = held.removeValue(forKey: nextToJoin) ?? (PieceContents(), 0)
            heldSize -= piece.size
            let joined = try format.join(next, of: piece.contents)
            try file.write(joined.bytes)
            lines += joined.indexLines
            nextToJoin += 1
        }
        tally.bytesOut = file.size
        return lines
    }

    mutating func finish() throws(DumpError) {
        try file.write(try format.finish())
        tally.bytesOut = file.size
    }

    private mutating func add(_ piece: OutputPiece) {
        held[nextNumber] = (piece.contents, piece.bytes.count)
        heldSize += piece.bytes.count
        waiting.append((nextNumber, piece))
        nextNumber += 1
    }

    private mutating func addAlone(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        tally.bytesIn += Int64(bytes.count)
        for piece in format.append(RenderedBatch(bytes: bytes)) { add(piece) }
        if let piece = format.cut() { add(piece) }
    }
}
