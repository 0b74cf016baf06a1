/// Sorts the rotations of a block and gives the last column of the sorted table: the Burrows-Wheeler transform.
///
/// Works by induced sorting (Nong, Zhang, Chan: "Two Efficient Algorithms for Linear Time Suffix Array Construction",
/// 2011), on a ring instead of a string with an end. A place of the block is *S-type* if its rotation comes before the
/// one that begins a byte later, else *L-type*. The *LMS places*, S-type after L-type, are at most half of all, on
/// text less than a third. Once their rotations are in order, two scans put all others in order too. The LMS places are
/// put in order by the same two scans, as far as their LMS substrings go, which end with the next LMS place; and if
/// that leaves ties, by sorting a ring of their ranks (``RankSorter``). So the time is linear in the size of the block,
/// whatever it holds; a block of one repeated pattern ends as a ring of one rank, where any order will do.
///
/// An entry of a table is the place of a rotation and the byte before it, which is all that a scan needs to know where
/// the rotation before it belongs. That leaves one look into the block for each place, and nothing waits for it.
@safe final class RotationSorter {
    /// Bytes before and after the block that repeat its other end.
    private static let margin = 16
    let capacity: Int
    private let storage: UnsafeMutablePointer<UInt8>
    /// The block; ``margin`` bytes before it and as many as the longest LMS substring after it may be read too.
    private let text: UnsafeMutablePointer<UInt8>
    /// The L-type rotations, those with the same first byte together and one free entry after them.
    private let lTypes: UnsafeMutablePointer<UInt32>
    /// The S-type rotations, those with the same first byte together and one free entry before them.
    private let sTypes: UnsafeMutablePointer<UInt32>
    /// The LMS places in the order of the block.
    private let lmsPlaces: UnsafeMutablePointer<UInt32>
    /// The entries of the LMS places in the order of their rotations, as far as that is known.
    private let sortedLMS: UnsafeMutablePointer<UInt32>
    /// At half of each LMS place, the bytes to the next LMS place, later its rank. No two LMS places share a
    /// half.
    private let ranks: UnsafeMutablePointer<UInt32>
    private let rankSorter: RankSorter
    private var buckets = Buckets()

    /// Where the rotations with the same first byte are in the tables.
    fileprivate struct Buckets {
        var lTypeCounts = [Int](repeating: 0, count: 256)
        var sTypeCounts = [Int](repeating: 0, count: 256)
        var lmsCounts = [Int](repeating: 0, count: 256)
    }

    init(capacity: Int) {
        self.capacity = capacity
        unsafe storage = .allocate(capacity: 2 * (capacity + Self.margin))
        unsafe text = storage + Self.margin
        unsafe lTypes = .allocate(capacity: capacity + 256)
        unsafe sTypes = .allocate(capacity: capacity + 256)
        unsafe lmsPlaces = .allocate(capacity: capacity / 2 + 1)
        unsafe sortedLMS = .allocate(capacity: capacity / 2 + 1)
        unsafe ranks = .allocate(capacity: capacity / 2 + 1)
        rankSorter = RankSorter(capacity: capacity / 2)
    }

    deinit {
        unsafe storage.deallocate()
        unsafe lTypes.deallocate()
        unsafe sTypes.deallocate()
        unsafe lmsPlaces.deallocate()
        unsafe sortedLMS.deallocate()
        unsafe ranks.deallocate()
    }

    /// Where the caller writes the block: `capacity` bytes.
    var block: UnsafeMutablePointer<UInt8> { unsafe text }

    /// Sorts the rotations of the first `count` bytes of ``block``.
    /// - Parameter column: Gets the last column, `count` bytes; not the block itself.
    /// - Returns: the row that holds the block.
    func sort(count: Int, into column: UnsafeMutablePointer<UInt8>) -> Int {
        guard let lmsCount = findLMS(count: count) else {
            unsafe column.update(from: text, count: count)
            return 0
        }
        extendText(count: count)
        collectLMS(lmsCount)
        _ = unsafe scan(count: count, into: column, sortsLMS: true)
        let rankCount = rankLMS(lmsCount, count: count)
        if rankCount < lmsCount { sortLMS(lmsCount, rankCount: rankCount) }
        return unsafe scan(count: count, into: column, sortsLMS: false)
    }

    // MARK: LMS places

    /// Tells S-type and L-type places apart, from the last to the first.
    /// - Returns: how many LMS places there are; nil if all bytes are equal.
    private func findLMS(count: Int) -> Int? {
        guard let change = (1..<max(1, count)).first(where: { unsafe text[$0] != text[$0 - 1] }) else {
            return nil
        }
        // The place after the last is the first: it is S-type if the first byte that differs from it is greater.
        var isSType = unsafe text[change] > text[change - 1] ? 1 : 0
        var next = unsafe text[0]
        var used = count / 2 + 1
        unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * 256) { counts in
            unsafe counts.initialize(repeating: 0)
            var place = count - 1
            while place >= 0 {
                let byte = unsafe text[place]
                let isHere = byte < next ? 1 : byte == next ? isSType : 0
                unsafe counts[isHere << 8 | Int(byte)] &+= 1
                let isLMS = isSType & ~isHere
                unsafe lmsPlaces[used &- 1] = UInt32(truncatingIfNeeded: place &+ 1)
                used &-= isLMS
                unsafe counts[512 | Int(next)] &+= isLMS
                next = byte
                isSType = isHere
                place &-= 1
            }
            for byte in 0..<256 {
                unsafe buckets.lTypeCounts[byte] = counts[byte]
                unsafe buckets.sTypeCounts[byte] = counts[256 + byte]
                unsafe buckets.lmsCounts[byte] = counts[512 + byte]
            }
        }
        let found = count / 2 + 1 - used
        unsafe lmsPlaces.update(from: lmsPlaces + used, count: found)
        if unsafe lmsPlaces[found - 1] == UInt32(count) { unsafe lmsPlaces[found - 1] = 0 }
        return found
    }

    /// Repeats the ends of the block beyond its other end.
    private func extendText(count: Int) {
        for index in 1...Self.margin { unsafe text[-index] = text[count - 1 - (index - 1) % count] }
        // An LMS substring that goes over the end goes on to the first LMS place, at most once around.
        let reach = unsafe Int(lmsPlaces[0]) + Self.margin
        for index in 0..<min(reach, count + Self.margin) { unsafe text[count + index] = text[index] }
    }

    /// Puts the LMS places into ``sortedLMS`` by their first byte.
    private func collectLMS(_ lmsCount: Int) {
        var tops = buckets.starts(of: buckets.lmsCounts, gap: 0)
        for index in 0..<lmsCount {
            let entry = unsafe entry(lmsPlaces[index])
            let byte = unsafe Int(text[Int(entry >> 8)])
            unsafe sortedLMS[tops[byte]] = entry
            tops[byte] += 1
        }
    }

    @inline(__always)
    private func entry(_ place: UInt32) -> UInt32 {
        unsafe place &<< 8 | UInt32(text[Int(place) &- 1])
    }

    /// Gives each LMS place the rank of its LMS substring, in the order of the block.
    /// - Returns: how many ranks there are.
    private func rankLMS(_ lmsCount: Int, count: Int) -> Int {
        for index in 0..<lmsCount {
            let next = unsafe index + 1 < lmsCount ? Int(lmsPlaces[index + 1]) : Int(lmsPlaces[0])
            let place = unsafe Int(lmsPlaces[index])
            let distance = next > place ? next - place : next + count - place
            unsafe ranks[place >> 1] = UInt32(truncatingIfNeeded: distance)
        }
        var before = unsafe Int(sortedLMS[0] >> 8)
        var lengthBefore = unsafe Int(ranks[before >> 1])
        unsafe ranks[before >> 1] = 0
        var rank: UInt32 = 0
        for index in 1..<max(1, lmsCount) {
            let place = unsafe Int(sortedLMS[index] >> 8)
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

    /// Sorts the LMS places by the ring of their ranks.
    private func sortLMS(_ lmsCount: Int, rankCount: Int) {
        let ring = unsafe rankSorter.ring
        for index in 0..<lmsCount { unsafe ring[index] = Int32(truncatingIfNeeded: ranks[Int(lmsPlaces[index]) >> 1]) }
        let order = unsafe rankSorter.sort(count: lmsCount, rankCount: rankCount)
        for index in 0..<lmsCount { unsafe sortedLMS[index] = entry(lmsPlaces[Int(order[index])]) }
    }

    // MARK: Scans

    /// Puts all rotations in order from the order of the LMS places.
    /// - Parameter sortsLMS: Whether only the order of the LMS places is wanted, as far as the next LMS place; else the
    ///   last column.
    /// - Returns: the row that holds the block, if the last column is wanted.
    private func scan(count: Int, into column: UnsafeMutablePointer<UInt8>, sortsLMS: Bool) -> Int {
        var lTypeEnds = [Int](repeating: 0, count: 256)
        let origPtr = unsafe scanLTypes(count: count, into: sortsLMS ? nil : column, seedEnds: &lTypeEnds)
        return unsafe scanSTypes(count: count, into: sortsLMS ? nil : column, seedEnds: lTypeEnds) ?? origPtr ?? 0
    }

    /// Fills the table of the L-type rotations in ascending order: each is followed by one that stands before it in the
    /// order.
    ///
    /// Of the table, only the rotations that follow an S-type one are kept: they begin the other scan.
    private func scanLTypes(
        count: Int, into column: UnsafeMutablePointer<UInt8>?, seedEnds: inout [Int]
    ) -> Int? {
        let starts = buckets.starts(of: buckets.lTypeCounts, gap: 1)
        var tops = starts
        var origPtr: Int?
        let last = UInt32(truncatingIfNeeded: count - 1)
        unsafe tops.withUnsafeMutableBufferPointer { tops in
            var lms = 0
            var row = 0
            for byte in 0..<256 {
                var index = starts[byte]
                var kept = index
                let shift = row - index
                while unsafe index < tops[byte] {
                    let entry = unsafe lTypes[index]
                    let before = Int(entry & 0xFF)
                    var place = entry &>> 8
                    if place == 0 {
                        origPtr = index + shift
                        place = last
                    } else {
                        place &-= 1
                    }
                    unsafe column?[index &+ shift] = UInt8(truncatingIfNeeded: before)
                    let isLType = before >= byte ? 1 : 0
                    let top = unsafe tops[before]
                    // What does not belong there falls into the free entry.
                    unsafe lTypes[top] = self.entry(place)
                    unsafe tops[before] = top &+ isLType
                    unsafe lTypes[kept] = entry
                    kept &+= 1 &- isLType
                    index &+= 1
                }
                seedEnds[byte] = kept
                row += buckets.lTypeCounts[byte] + buckets.sTypeCounts[byte]
                for _ in 0..<buckets.lmsCounts[byte] {
                    let entry = unsafe sortedLMS[lms]
                    let before = Int(entry & 0xFF)
                    let place = entry &>> 8
                    let top = unsafe tops[before]
                    unsafe lTypes[top] = self.entry(place == 0 ? last : place &- 1)
                    unsafe tops[before] = top &+ 1
                    lms &+= 1
                }
            }
        }
        return origPtr
    }

    /// Fills the table of the S-type rotations in descending order, and collects the LMS places among them.
    private func scanSTypes(count: Int, into column: UnsafeMutablePointer<UInt8>?, seedEnds: [Int]) -> Int? {
        let lTypeStarts = buckets.starts(of: buckets.lTypeCounts, gap: 1)
        let starts = buckets.starts(of: buckets.sTypeCounts, gap: 1)
        // One free entry stands before each group.
        let ends = (0..<256).map { starts[$0] + buckets.sTypeCounts[$0] + 1 }
        var tops = ends
        var origPtr: Int?
        let last = UInt32(truncatingIfNeeded: count - 1)
        unsafe tops.withUnsafeMutableBufferPointer { tops in
            var lms = buckets.lmsCounts.reduce(0, +)
            var row = count
            for byte in (0..<256).reversed() {
                var index = ends[byte]
                let shift = row - index
                while unsafe index > tops[byte] {
                    index &-= 1
                    let entry = unsafe sTypes[index]
                    let before = Int(entry & 0xFF)
                    var place = entry &>> 8
                    if place == 0 {
                        origPtr = index + shift
                        place = last
                    } else {
                        place &-= 1
                    }
                    let isSType = before <= byte ? 1 : 0
                    if let column = unsafe column {
                        unsafe column[index &+ shift] = UInt8(truncatingIfNeeded: before)
                    } else if isSType == 0 {
                        lms &-= 1
                        unsafe sortedLMS[lms] = entry
                    }
                    let top = unsafe tops[before]
                    unsafe sTypes[top &- 1] = self.entry(place)
                    unsafe tops[before] = top &- isSType
                }
                row -= buckets.lTypeCounts[byte] + buckets.sTypeCounts[byte]
                index = seedEnds[byte]
                while index > lTypeStarts[byte] {
                    index &-= 1
                    let entry = unsafe lTypes[index]
                    let before = Int(entry & 0xFF)
                    let place = entry &>> 8
                    let top = unsafe tops[before] &- 1
                    unsafe sTypes[top] = self.entry(place == 0 ? last : place &- 1)
                    unsafe tops[before] = top
                }
            }
        }
        return origPtr
    }
}

extension RotationSorter.Buckets {
    /// Where each group begins in a table, with free entries after each.
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
