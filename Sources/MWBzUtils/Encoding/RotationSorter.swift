/// Sorts the rotations of a block and gives the last column of the sorted table: the Burrows-Wheeler transform.
///
/// Works by induced sorting (Nong, Zhang, Chan: "Two Efficient Algorithms for Linear Time Suffix Array Construction",
/// 2011), on a ring instead of a string with an end. A place of the block is *high* if its rotation comes before the one
/// that begins a byte later, else *low*. The *turns*, high places behind a low one, are at most half of all, on text less
/// than a third. Once the rotations of the turns are in order, two scans put all others in order too. The turns are put in
/// order by the same two scans, as far as the next turn, and if that leaves ties, by sorting a ring of their ranks
/// (``RankSorter``). So the time is linear in the size of the block, whatever it holds; a block of one repeated pattern
/// ends as a ring of one rank, where any order will do.
///
/// An entry of a table is the place of a rotation and the byte before it, which is all that a scan needs to know where the
/// rotation before it belongs. That leaves one look into the block for each place, and nothing waits for it.
@safe final class RotationSorter {
    /// Bytes before and behind the block that repeat its other end.
    private static let margin = 16
    let capacity: Int
    private let storage: UnsafeMutablePointer<UInt8>
    /// The block; ``margin`` bytes before it and as many as the longest stretch between turns behind it may be read too.
    private let text: UnsafeMutablePointer<UInt8>
    /// The low rotations, those with the same first byte together and one free entry behind them.
    private let lows: UnsafeMutablePointer<UInt32>
    /// The high rotations, those with the same first byte together and one free entry before them.
    private let highs: UnsafeMutablePointer<UInt32>
    /// The turns in the order of the block.
    private let turns: UnsafeMutablePointer<UInt32>
    /// The entries of the turns in the order of their rotations, as far as that is known.
    private let sortedTurns: UnsafeMutablePointer<UInt32>
    /// For half of a place of a turn, the bytes to the next turn, later its rank. No two turns share a half.
    private let ranks: UnsafeMutablePointer<UInt32>
    private let rankSorter: RankSorter
    private var buckets = Buckets()

    /// Where the rotations with the same first byte stand in the tables.
    fileprivate struct Buckets {
        var lowCounts = [Int](repeating: 0, count: 256)
        var highCounts = [Int](repeating: 0, count: 256)
        var turnCounts = [Int](repeating: 0, count: 256)
    }

    init(capacity: Int) {
        self.capacity = capacity
        unsafe storage = .allocate(capacity: 2 * (capacity + Self.margin))
        unsafe text = storage + Self.margin
        unsafe lows = .allocate(capacity: capacity + 256)
        unsafe highs = .allocate(capacity: capacity + 256)
        unsafe turns = .allocate(capacity: capacity / 2 + 1)
        unsafe sortedTurns = .allocate(capacity: capacity / 2 + 1)
        unsafe ranks = .allocate(capacity: capacity / 2 + 1)
        rankSorter = RankSorter(capacity: capacity / 2)
    }

    deinit {
        unsafe storage.deallocate()
        unsafe lows.deallocate()
        unsafe highs.deallocate()
        unsafe turns.deallocate()
        unsafe sortedTurns.deallocate()
        unsafe ranks.deallocate()
    }

    /// Where the caller writes the block: `capacity` bytes.
    var block: UnsafeMutablePointer<UInt8> { unsafe text }

    /// Sorts the rotations of the first `count` bytes of ``block``.
    /// - Parameter column: Gets the last column, `count` bytes; not the block itself.
    /// - Returns: the row that holds the block.
    func sort(count: Int, into column: UnsafeMutablePointer<UInt8>) -> Int {
        guard let turnCount = findTurns(count: count) else {
            unsafe column.update(from: text, count: count)
            return 0
        }
        extendText(count: count)
        collectTurns(turnCount)
        _ = unsafe scan(count: count, into: column, sortsTurns: true)
        let rankCount = rankTurns(turnCount, count: count)
        if rankCount < turnCount { sortTurns(turnCount, rankCount: rankCount) }
        return unsafe scan(count: count, into: column, sortsTurns: false)
    }

    // MARK: Turns

    /// Tells high and low places apart, from the last to the first.
    /// - Returns: how many turns there are; nil if all bytes are equal.
    private func findTurns(count: Int) -> Int? {
        guard let change = (1..<max(1, count)).first(where: { unsafe text[$0] != text[$0 - 1] }) else {
            return nil
        }
        // The place behind the last is the first: it is high if the first byte that differs from it is greater.
        var isHigh = unsafe text[change] > text[change - 1] ? 1 : 0
        var next = unsafe text[0]
        var used = count / 2 + 1
        unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * 256) { counts in
            unsafe counts.initialize(repeating: 0)
            var place = count - 1
            while place >= 0 {
                let byte = unsafe text[place]
                let isHere = byte < next ? 1 : byte == next ? isHigh : 0
                unsafe counts[isHere << 8 | Int(byte)] &+= 1
                let isTurn = isHigh & ~isHere
                unsafe turns[used &- 1] = UInt32(truncatingIfNeeded: place &+ 1)
                used &-= isTurn
                unsafe counts[512 | Int(next)] &+= isTurn
                next = byte
                isHigh = isHere
                place &-= 1
            }
            for byte in 0..<256 {
                unsafe buckets.lowCounts[byte] = counts[byte]
                unsafe buckets.highCounts[byte] = counts[256 + byte]
                unsafe buckets.turnCounts[byte] = counts[512 + byte]
            }
        }
        let found = count / 2 + 1 - used
        unsafe turns.update(from: turns + used, count: found)
        if unsafe turns[found - 1] == UInt32(count) { unsafe turns[found - 1] = 0 }
        return found
    }

    /// Repeats the ends of the block beyond its other end.
    private func extendText(count: Int) {
        for index in 1...Self.margin { unsafe text[-index] = text[count - 1 - (index - 1) % count] }
        // A stretch between turns that goes over the end goes on to the first turn, at most once around.
        let reach = unsafe Int(turns[0]) + Self.margin
        for index in 0..<min(reach, count + Self.margin) { unsafe text[count + index] = text[index] }
    }

    /// Puts the turns into ``sortedTurns`` by their first byte.
    private func collectTurns(_ turnCount: Int) {
        var tops = buckets.starts(of: buckets.turnCounts, gap: 0)
        for index in 0..<turnCount {
            let entry = unsafe entry(turns[index])
            let byte = unsafe Int(text[Int(entry >> 8)])
            unsafe sortedTurns[tops[byte]] = entry
            tops[byte] += 1
        }
    }

    @inline(__always)
    private func entry(_ place: UInt32) -> UInt32 {
        unsafe place &<< 8 | UInt32(text[Int(place) &- 1])
    }

    /// Gives each turn the rank of its stretch to the next turn, in the order of the block.
    /// - Returns: how many ranks there are.
    private func rankTurns(_ turnCount: Int, count: Int) -> Int {
        for index in 0..<turnCount {
            let next = unsafe index + 1 < turnCount ? Int(turns[index + 1]) : Int(turns[0])
            let place = unsafe Int(turns[index])
            let distance = next > place ? next - place : next + count - place
            unsafe ranks[place >> 1] = UInt32(truncatingIfNeeded: distance)
        }
        var before = unsafe Int(sortedTurns[0] >> 8)
        var lengthBefore = unsafe Int(ranks[before >> 1])
        unsafe ranks[before >> 1] = 0
        var rank: UInt32 = 0
        for index in 1..<max(1, turnCount) {
            let place = unsafe Int(sortedTurns[index] >> 8)
            let length = unsafe Int(ranks[place >> 1])
            if length != lengthBefore || !isEqual(before, place, count: length + 1) { rank += 1 }
            unsafe ranks[place >> 1] = rank
            before = place
            lengthBefore = length
        }
        return Int(rank) + 1
    }

    @inline(__always)
    private func isEqual(_ first: Int, _ second: Int, count: Int) -> Bool {
        let left = unsafe UnsafeRawPointer(text + first)
        let right = unsafe UnsafeRawPointer(text + second)
        var index = 0
        while index < count {
            let difference = unsafe UInt64(
                littleEndian: left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    ^ right.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let rest = count - index
            if rest <= 8 { return difference & (~0 >> UInt64(8 * (8 - rest))) == 0 }
            if difference != 0 { return false }
            index += 8
        }
        return true
    }

    /// Sorts the turns by the ring of their ranks.
    private func sortTurns(_ turnCount: Int, rankCount: Int) {
        let ring = unsafe rankSorter.ring
        for index in 0..<turnCount { unsafe ring[index] = Int32(truncatingIfNeeded: ranks[Int(turns[index]) >> 1]) }
        let order = unsafe rankSorter.sort(count: turnCount, rankCount: rankCount)
        for index in 0..<turnCount { unsafe sortedTurns[index] = entry(turns[Int(order[index])]) }
    }

    // MARK: Scans

    /// Puts all rotations in order from the order of the turns.
    /// - Parameter sortsTurns: Whether only the order of the turns is wanted, as far as the next turn; else the last column.
    /// - Returns: the row that holds the block, if the last column is wanted.
    private func scan(count: Int, into column: UnsafeMutablePointer<UInt8>, sortsTurns: Bool) -> Int {
        var lowEnds = [Int](repeating: 0, count: 256)
        let origin = unsafe scanLows(count: count, into: sortsTurns ? nil : column, seedEnds: &lowEnds)
        return unsafe scanHighs(count: count, into: sortsTurns ? nil : column, seedEnds: lowEnds) ?? origin ?? 0
    }

    /// Fills the table of the low rotations in ascending order: each is followed by one that stands before it in the order.
    ///
    /// Of the table, only the rotations that follow a high one are kept: they begin the other scan.
    private func scanLows(
        count: Int, into column: UnsafeMutablePointer<UInt8>?, seedEnds: inout [Int]
    ) -> Int? {
        let starts = buckets.starts(of: buckets.lowCounts, gap: 1)
        var tops = starts
        var origin: Int?
        let last = UInt32(truncatingIfNeeded: count - 1)
        unsafe tops.withUnsafeMutableBufferPointer { tops in
            var turn = 0
            var row = 0
            for byte in 0..<256 {
                var index = starts[byte]
                var kept = index
                let shift = row - index
                while unsafe index < tops[byte] {
                    let entry = unsafe lows[index]
                    let before = Int(entry & 0xFF)
                    var place = entry &>> 8
                    if place == 0 {
                        origin = index + shift
                        place = last
                    } else {
                        place &-= 1
                    }
                    unsafe column?[index &+ shift] = UInt8(truncatingIfNeeded: before)
                    let isLow = before >= byte ? 1 : 0
                    let top = unsafe tops[before]
                    // What does not belong there falls into the free entry.
                    unsafe lows[top] = self.entry(place)
                    unsafe tops[before] = top &+ isLow
                    unsafe lows[kept] = entry
                    kept &+= 1 &- isLow
                    index &+= 1
                }
                seedEnds[byte] = kept
                row += buckets.lowCounts[byte] + buckets.highCounts[byte]
                for _ in 0..<buckets.turnCounts[byte] {
                    let entry = unsafe sortedTurns[turn]
                    let before = Int(entry & 0xFF)
                    let place = entry &>> 8
                    let top = unsafe tops[before]
                    unsafe lows[top] = self.entry(place == 0 ? last : place &- 1)
                    unsafe tops[before] = top &+ 1
                    turn &+= 1
                }
            }
        }
        return origin
    }

    /// Fills the table of the high rotations in descending order, and collects the turns among them.
    private func scanHighs(count: Int, into column: UnsafeMutablePointer<UInt8>?, seedEnds: [Int]) -> Int? {
        let lowStarts = buckets.starts(of: buckets.lowCounts, gap: 1)
        let starts = buckets.starts(of: buckets.highCounts, gap: 1)
        // One free entry stands before each group.
        let ends = (0..<256).map { starts[$0] + buckets.highCounts[$0] + 1 }
        var tops = ends
        var origin: Int?
        let last = UInt32(truncatingIfNeeded: count - 1)
        unsafe tops.withUnsafeMutableBufferPointer { tops in
            var turn = buckets.turnCounts.reduce(0, +)
            var row = count
            for byte in (0..<256).reversed() {
                var index = ends[byte]
                let shift = row - index
                while unsafe index > tops[byte] {
                    index &-= 1
                    let entry = unsafe highs[index]
                    let before = Int(entry & 0xFF)
                    var place = entry &>> 8
                    if place == 0 {
                        origin = index + shift
                        place = last
                    } else {
                        place &-= 1
                    }
                    let isHigh = before <= byte ? 1 : 0
                    if let column = unsafe column {
                        unsafe column[index &+ shift] = UInt8(truncatingIfNeeded: before)
                    } else if isHigh == 0 {
                        turn &-= 1
                        unsafe sortedTurns[turn] = entry
                    }
                    let top = unsafe tops[before]
                    unsafe highs[top &- 1] = self.entry(place)
                    unsafe tops[before] = top &- isHigh
                }
                row -= buckets.lowCounts[byte] + buckets.highCounts[byte]
                index = seedEnds[byte]
                while index > lowStarts[byte] {
                    index &-= 1
                    let entry = unsafe lows[index]
                    let before = Int(entry & 0xFF)
                    let place = entry &>> 8
                    let top = unsafe tops[before] &- 1
                    unsafe highs[top] = self.entry(place == 0 ? last : place &- 1)
                    unsafe tops[before] = top
                }
            }
        }
        return origin
    }
}

extension RotationSorter.Buckets {
    /// Where each group begins in a table, with free entries behind each.
    func starts(of counts: [Int], gap: Int) -> [Int] {
        var starts: [Int] = []
        starts.reserveCapacity(256)
        var sum = 0
        for count in counts {
            starts.append(sum)
            sum += count + gap
        }
        return starts
    }
}
