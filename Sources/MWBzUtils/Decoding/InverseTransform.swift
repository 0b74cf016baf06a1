/// Inverts the Burrows-Wheeler transform: turns the last column of the sorted rotations back into the bytes.
///
/// Each byte leads to the next one through a table far larger than the nearest cache, so a plain walk waits for memory at
/// every byte. Here several walks run at once inside one block. They begin at marked rows, and each ends where it meets a
/// mark. Finally the segments are put in order.
@safe final class InverseTransform {
    private static let chains = 8
    /// The number of marked rows. More of them spread the work more evenly, but each costs a little.
    private static let starts = 512
    private static let mark: UInt32 = 1 << 31
    private let capacity: Int
    /// For each row: the row of the next byte << 8, the byte; the highest bit marks a start.
    private let rows: UnsafeMutablePointer<UInt32>
    /// The output of the chains, `capacity` bytes for each. Only what is used takes memory.
    private let output: UnsafeMutablePointer<UInt8>

    private struct Segment {
        var start: UInt32
        var next: UInt32 = 0
        var offset = 0
        var count = 0
    }
    private var segments: [Segment] = []
    private var segmentOfRow: [UInt32: Int] = [:]
    /// The segments that make up the content.
    private var order: [Int] = []
    private var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        unsafe rows = .allocate(capacity: capacity)
        unsafe output = .allocate(capacity: capacity * Self.chains)
    }

    deinit {
        unsafe rows.deallocate()
        unsafe output.deallocate()
    }

    /// Inverts the transform. ``forEachStretch(_:)`` then passes on the bytes.
    /// - Parameters:
    ///   - column: The last column, `count` bytes.
    ///   - counts: How often each of the 256 bytes occurs in it. Used up.
    ///   - origPtr: The row that is the content; below `count`.
    func invert(
        _ column: UnsafePointer<UInt8>, count: Int, counts: UnsafeMutablePointer<UInt32>, origPtr: Int
    ) {
        self.count = count
        unsafe buildRows(column, count: count, counts: counts)
        markStarts(count: count, origPtr: origPtr)
        walk()
        order.removeAll(keepingCapacity: true)
        var segment = 0
        repeat {
            order.append(segment)
            segment = segmentOfRow[segments[segment].next] ?? 0
        } while segment != 0
    }

    /// Passes on the bytes in order, a section at a time.
    func forEachStretch(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        // A block of one repeated pattern has several cycles. Its content goes round one of them again and again.
        var given = 0
        while given < count {
            for index in order {
                let segment = segments[index]
                let stretch = min(segment.count, count - given)
                unsafe body(UnsafeBufferPointer(start: output + segment.offset, count: stretch))
                given += stretch
            }
        }
    }

    private func buildRows(_ column: UnsafePointer<UInt8>, count: Int, counts: UnsafeMutablePointer<UInt32>) {
        var sum: UInt32 = 0
        for byte in 0..<256 {
            let its = unsafe counts[byte]
            unsafe counts[byte] = sum
            sum += its
        }
        for index in 0..<count {
            let byte = unsafe column[index]
            let row = unsafe counts[Int(byte)]
            unsafe counts[Int(byte)] = row &+ 1
            unsafe rows[Int(row)] = UInt32(truncatingIfNeeded: index) &<< 8 | UInt32(byte)
        }
    }

    private func markStarts(count: Int, origPtr: Int) {
        segments.removeAll(keepingCapacity: true)
        segmentOfRow.removeAll(keepingCapacity: true)
        let wanted = min(Self.starts, max(1, count / 64))
        for index in 0..<wanted {
            let row = index == 0 ? origPtr : index * count / wanted
            if unsafe rows[row] & Self.mark != 0 { continue }
            unsafe rows[row] |= Self.mark
            segmentOfRow[UInt32(row)] = segments.count
            segments.append(Segment(start: UInt32(row)))
        }
    }

    // MARK: Walking

    private func walk() {
        var walks = [Walk](repeating: Walk(), count: Self.chains)
        var positions = [UInt32](repeating: 0, count: Self.chains)
        var next = 0
        if segments.count >= Self.chains {
            for chain in 0..<Self.chains {
                walks[chain].written = chain * capacity
                positions[chain] = begin(next, &walks[chain])
                next += 1
            }
            while walks.allSatisfy({ $0.segment != nil }) {
                let steps = advance(&positions, walks.map(\.written))
                for chain in 0..<Self.chains {
                    walks[chain].written += steps
                    guard unsafe rows[Int(positions[chain])] & Self.mark != 0 else { continue }
                    end(&walks[chain], at: positions[chain])
                    guard next < segments.count else { continue }
                    positions[chain] = begin(next, &walks[chain])
                    next += 1
                }
            }
        }
        for chain in 0..<Self.chains { finish(&walks[chain], from: positions[chain]) }
        while next < segments.count {
            finish(&walks[0], from: begin(next, &walks[0]))
            next += 1
        }
    }

    /// A walk in progress.
    private struct Walk {
        var segment: Int?
        /// Where in the output its next byte goes.
        var written = 0
    }

    /// Takes the first step of a segment, whose row is marked.
    private func begin(_ segment: Int, _ walk: inout Walk) -> UInt32 {
        walk.segment = segment
        segments[segment].offset = walk.written
        let row = unsafe rows[Int(segments[segment].start)] & ~Self.mark
        unsafe output[walk.written] = UInt8(truncatingIfNeeded: row)
        walk.written += 1
        return row >> 8
    }

    private func end(_ walk: inout Walk, at row: UInt32) {
        guard let segment = walk.segment else { return }
        segments[segment].next = row
        segments[segment].count = walk.written - segments[segment].offset
        walk.segment = nil
    }

    /// Walks one segment to its end.
    private func finish(_ walk: inout Walk, from row: UInt32) {
        guard walk.segment != nil else { return }
        var position = row
        while true {
            let row = unsafe rows[Int(position)]
            if row & Self.mark != 0 { break }
            unsafe output[walk.written] = UInt8(truncatingIfNeeded: row)
            walk.written += 1
            position = row >> 8
        }
        end(&walk, at: position)
    }

    /// Takes steps in all chains until one of them stands at a mark. Written out for eight chains, so that all of their
    /// positions stay in registers.
    /// - Returns: the number of steps.
    private func advance(_ positions: inout [UInt32], _ written: [Int]) -> Int {
        let rows = unsafe rows
        let (o0, o1, o2, o3) = unsafe (
            output + written[0], output + written[1], output + written[2], output + written[3]
        )
        let (o4, o5, o6, o7) = unsafe (
            output + written[4], output + written[5], output + written[6], output + written[7]
        )
        var (p0, p1, p2, p3) = (positions[0], positions[1], positions[2], positions[3])
        var (p4, p5, p6, p7) = (positions[4], positions[5], positions[6], positions[7])
        var step = 0
        while true {
            let (e0, e1, e2, e3) = unsafe (rows[Int(p0)], rows[Int(p1)], rows[Int(p2)], rows[Int(p3)])
            let (e4, e5, e6, e7) = unsafe (rows[Int(p4)], rows[Int(p5)], rows[Int(p6)], rows[Int(p7)])
            if (e0 | e1 | e2 | e3 | e4 | e5 | e6 | e7) & Self.mark != 0 { break }
            unsafe o0[step] = UInt8(truncatingIfNeeded: e0)
            unsafe o1[step] = UInt8(truncatingIfNeeded: e1)
            unsafe o2[step] = UInt8(truncatingIfNeeded: e2)
            unsafe o3[step] = UInt8(truncatingIfNeeded: e3)
            unsafe o4[step] = UInt8(truncatingIfNeeded: e4)
            unsafe o5[step] = UInt8(truncatingIfNeeded: e5)
            unsafe o6[step] = UInt8(truncatingIfNeeded: e6)
            unsafe o7[step] = UInt8(truncatingIfNeeded: e7)
            (p0, p1, p2, p3) = (e0 >> 8, e1 >> 8, e2 >> 8, e3 >> 8)
            (p4, p5, p6, p7) = (e4 >> 8, e5 >> 8, e6 >> 8, e7 >> 8)
            step &+= 1
        }
        positions = [p0, p1, p2, p3, p4, p5, p6, p7]
        return step
    }
}
