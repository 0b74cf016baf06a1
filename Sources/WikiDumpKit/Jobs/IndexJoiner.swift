import MWBzUtils
import SystemPackage

/// Joins the indexes of multistream files whose streams were joined: each line gets the place that its stream has now.
struct IndexJoiner {
    private static let level = 9
    private let indexes: [FilePath]
    private let shifts: [Int64]

    /// - Parameter shifts: How far the streams of each file moved.
    init(_ indexes: [FilePath], shifts: [Int64]) {
        self.indexes = indexes
        self.shifts = shifts
    }

    /// Writes the index as one bzip2 stream.
    func join(to target: OutputFile, taskCount: Int) async throws(DumpError) {
        try await target.take { sink throws(BzError) in
            var cutter = BzBlockCutter(level: Self.level)
            var assembler = BzStreamAssembler(level: Self.level)
            func compress(_ pieces: [[UInt8]]) throws(BzError) {
                for piece in pieces { try sink(assembler.append(try BzBlock.encode(piece, level: Self.level))) }
            }
            for (path, shift) in zip(indexes, shifts) {
                var rest: [UInt8] = []
                try await DumpText(path).read(taskCount: taskCount) { text throws(BzError) in
                    rest += text
                    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return true }
                    let lines = try Self.move(rest[...end], by: shift, in: path)
                    rest.removeSubrange(...end)
                    try compress(cutter.append(lines))
                    return true
                }
                guard rest.isEmpty else { throw Self.damaged(path) }
            }
            if let last = cutter.flush() { try compress([last]) }
            try sink(assembler.finish())
        }
    }

    /// Whole lines, with other numbers at their beginnings.
    private static func move(_ lines: ArraySlice<UInt8>, by shift: Int64, in path: FilePath) throws(BzError) -> [UInt8]
    {
        if shift == 0 { return Array(lines) }
        var moved: [UInt8] = []
        moved.reserveCapacity(lines.count + lines.count / 8)
        var rest = lines
        while !rest.isEmpty {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
                let offset = Int64(String(decoding: rest[..<colon], as: UTF8.self)),
                let end = rest[colon...].firstIndex(of: UInt8(ascii: "\n"))
            else { throw damaged(path) }
            moved += "\(offset + shift)".utf8
            moved += rest[colon...end]
            rest = rest[(end + 1)...]
        }
        return moved
    }

    private static func damaged(_ path: FilePath) -> BzError {
        BzError(.damaged, "has a line that does not begin with a place", remedy: "make it again", file: path)
    }
}
