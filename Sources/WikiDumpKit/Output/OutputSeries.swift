/// The files that one output fills one after another, each with its own header and footer.
struct OutputSeries {
    /// The ids for each file, ascending. Batches outside all pieces are dropped.
    let pieces: [ClosedRange<Int64>]
    /// Creates the file for a piece.
    let open: (Int) throws(DumpError) -> OutputFile
    /// Called in order for each file that is fully written but not sealed yet.
    let finished: (Int, OutputFile, OutputTally) throws(DumpError) -> Void
}

extension OutputSeries {
    init(_ file: OutputFile) {
        self.init(
            pieces: [Int64.min...Int64.max], open: { (_) throws(DumpError) in file },
            finished: { (_, _, _) throws(DumpError) in })
    }
}

/// The state of a series inside a running pipeline.
///
/// The next file is already being filled while the last blocks of the previous one are compressed, so several files may be
/// open.
struct OutputQueue {
    let output: PipelineOutput
    /// The open files, in the order of their pieces.
    private var lanes: [OutputLane] = []
    /// The piece whose file will be opened next.
    private var nextPiece = 0
    private var finished = OutputTally()
    /// Whether all input has been taken.
    private(set) var isClosed = false

    init(_ output: PipelineOutput) { self.output = output }

    private var firstPiece: Int { nextPiece - lanes.count }

    var finishedPieces: Int { firstPiece }

    /// Whether nothing is left to do.
    var isDrained: Bool { isClosed && lanes.isEmpty }

    /// The combined tally of all files.
    var tally: OutputTally { lanes.reduce(finished) { $0 + $1.tally } }

    /// The uncompressed size of the pieces that are not written yet.
    var heldSize: Int { lanes.reduce(0) { $0 + $1.heldSize } }

    var encoder: any OutputFormat.Type { type(of: output.format) }

    /// Takes the next batch. The whole batch belongs to one piece.
    mutating func take(_ batch: RenderedBatch) throws(DumpError) {
        let pieces = output.series.pieces
        if nextPiece == 0 { try open(through: 0) }
        if let id = batch.position {
            while nextPiece > 0, id > pieces[nextPiece - 1].upperBound {
                if let last = lanes.last, !last.isClosed { lanes[lanes.count - 1].close() }
                guard nextPiece < pieces.count else { return }
                try open(through: nextPiece)
            }
            guard nextPiece > 0, id >= pieces[nextPiece - 1].lowerBound else { return }
        }
        if let last = lanes.last, !last.isClosed { lanes[lanes.count - 1].take(batch) }
    }

    /// Takes lines for the index of a piece.
    mutating func take(_ batch: RenderedBatch, piece: Int) throws(DumpError) {
        try open(through: piece)
        lanes[piece - firstPiece].take(batch)
    }

    /// Ends the files of the first pieces.
    mutating func close(first count: Int) throws(DumpError) {
        try open(through: count - 1)
        for piece in firstPiece..<count where !lanes[piece - firstPiece].isClosed { lanes[piece - firstPiece].close() }
    }

    /// Ends all files, including those for which nothing came.
    mutating func close() throws(DumpError) {
        try close(first: output.series.pieces.count)
        isClosed = true
    }

    /// Returns the next piece to compress; nil if none is waiting.
    mutating func popWaiting() -> (piece: Int, number: Int, bytes: OutputPiece)? {
        for index in lanes.indices {
            if let (number, bytes) = lanes[index].popWaiting() { return (firstPiece + index, number, bytes) }
        }
        return nil
    }

    var hasWaiting: Bool { lanes.contains { !$0.waiting.isEmpty } }

    /// Takes a compressed piece and writes all pieces that are next in order.
    /// - Returns: The index lines of the written pieces.
    mutating func accept(_ encoded: EncodedPiece, piece: Int, number: Int) throws(DumpError) -> [UInt8] {
        try lanes[piece - firstPiece].accept(encoded, number: number)
    }

    /// Ends the first files as far as they are fully written.
    mutating func finishFront() throws(DumpError) {
        while let lane = lanes.first, lane.isClosed, lane.isDrained {
            try lanes[0].finish()
            let (piece, tally, file) = (firstPiece, lanes[0].tally, lane.file)
            finished = finished + tally
            lanes.removeFirst()
            try output.series.finished(piece, file, tally)
        }
    }

    private mutating func open(through piece: Int) throws(DumpError) {
        while nextPiece <= piece, nextPiece < output.series.pieces.count {
            lanes.append(OutputLane(output, try output.series.open(nextPiece)))
            nextPiece += 1
        }
    }
}

extension OutputTally {
    static func + (a: OutputTally, b: OutputTally) -> OutputTally {
        var sum = a
        sum.pages += b.pages
        sum.items += b.items
        sum.pageIDs = a.pageIDs.including(b.pageIDs)
        sum.itemIDs = a.itemIDs.including(b.itemIDs)
        sum.textBytes &+= b.textBytes
        sum.bytesIn += b.bytesIn
        sum.bytesOut += b.bytesOut
        return sum
    }
}
