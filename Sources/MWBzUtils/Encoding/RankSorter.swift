/// Sorts the rotations of a ring of numbers, as ``RotationSorter`` does with bytes, one level deeper at each call.
///
/// The numbers are ranks: all from 0 to the largest occur. There are about as many of them as places, so groups are
/// small and an entry has no room for the number before it; a sign tells instead whether the place before it is of the
/// same kind.
@safe final class RankSorter {
    /// The memory of all levels; each has at most half of the places of the one before.
    private let memory: UnsafeMutablePointer<Int32>
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        unsafe memory = .allocate(capacity: Level.size(count: capacity) * 2 + 256)
    }

    deinit { unsafe memory.deallocate() }

    /// Where the caller writes the ring.
    var ring: UnsafeMutablePointer<Int32> { unsafe memory }

    /// Sorts the rotations.
    /// - Parameters:
    ///   - count: Places in the ring.
    ///   - rankCount: How many different numbers there are.
    /// - Returns: the places in the order of their rotations.
    func sort(count: Int, rankCount: Int) -> UnsafeMutablePointer<Int32> {
        unsafe Self.sort(memory, count: count, rankCount: rankCount)
    }

    private static func sort(
        _ memory: UnsafeMutablePointer<Int32>, count: Int, rankCount: Int
    ) -> UnsafeMutablePointer<Int32> {
        let level = unsafe Level(memory, count: count, rankCount: rankCount)
        guard rankCount > 1 else {
            for place in 0..<count { unsafe level.order[place] = Int32(truncatingIfNeeded: place) }
            return unsafe level.order
        }
        let lmsCount = level.findLMS()
        level.countRanks()
        level.placeLMS(lmsCount)
        level.scanLTypes(keepsAll: false)
        level.scanSTypes(keepsAll: false)
        level.collectLMS()
        let lmsRankCount = level.rankLMS(lmsCount)
        if lmsRankCount < lmsCount {
            for index in 0..<lmsCount {
                unsafe level.rest[index] = level.lengths[Int(level.lmsPlaces[index]) >> 1]
            }
            let order = unsafe sort(level.rest, count: lmsCount, rankCount: lmsRankCount)
            for index in 0..<lmsCount { unsafe level.sortedLMS[index] = level.lmsPlaces[Int(order[index])] }
        }
        level.placeSortedLMS(lmsCount)
        level.scanLTypes(keepsAll: true)
        level.scanSTypes(keepsAll: true)
        for row in 0..<count { unsafe level.order[row] &-= 1 }
        return unsafe level.order
    }
}

/// One level of the sorting of a ring.
@safe private struct Level {
    let count: Int
    let rankCount: Int
    let ring: UnsafeMutablePointer<Int32>
    /// For each row, the place + 1; 0 if none is there yet; negative if the place before it is of no use to the scan.
    let order: UnsafeMutablePointer<Int32>
    let starts: UnsafeMutablePointer<Int32>
    let tops: UnsafeMutablePointer<Int32>
    let lmsPlaces: UnsafeMutablePointer<Int32>
    let sortedLMS: UnsafeMutablePointer<Int32>
    /// At half of each LMS place, the numbers to the next LMS place, later its rank.
    let lengths: UnsafeMutablePointer<Int32>
    /// Memory for the levels below.
    let rest: UnsafeMutablePointer<Int32>

    /// Numbers that a level needs: four for each place, and three for each that may be an LMS place.
    static func size(count: Int) -> Int { 4 * count + 1 + 3 * (count / 2 + 1) }

    init(_ memory: UnsafeMutablePointer<Int32>, count: Int, rankCount: Int) {
        let half = count / 2 + 1
        self.count = count
        self.rankCount = rankCount
        unsafe ring = memory
        unsafe order = ring + count
        unsafe starts = order + count
        unsafe tops = starts + rankCount + 1
        unsafe lmsPlaces = tops + rankCount
        unsafe sortedLMS = lmsPlaces + half
        unsafe lengths = sortedLMS + half
        unsafe rest = lengths + half
    }

    private func before(_ place: Int32) -> Int32 { place == 0 ? Int32(truncatingIfNeeded: count - 1) : place &- 1 }

    /// Finds the LMS places; see ``RotationSorter``.
    func findLMS() -> Int {
        var change = 1
        while unsafe ring[change] == ring[change - 1] { change += 1 }
        var isSType = unsafe ring[change] > ring[change - 1]
        var next = unsafe ring[0]
        let room = count / 2 + 1
        var used = room
        for place in (0..<count).reversed() {
            let number = unsafe ring[place]
            let isHere = number < next || number == next && isSType
            if isSType, !isHere {
                used -= 1
                unsafe lmsPlaces[used] = place + 1 == count ? 0 : Int32(truncatingIfNeeded: place + 1)
            }
            next = number
            isSType = isHere
        }
        unsafe lmsPlaces.update(from: lmsPlaces + used, count: room - used)
        return room - used
    }

    func countRanks() {
        unsafe starts.update(repeating: 0, count: rankCount + 1)
        for place in 0..<count { unsafe starts[Int(ring[place]) + 1] &+= 1 }
        for rank in 0..<rankCount { unsafe starts[rank + 1] &+= starts[rank] }
    }

    func placeLMS(_ lmsCount: Int) {
        unsafe order.update(repeating: 0, count: count)
        unsafe tops.update(from: starts + 1, count: rankCount)
        for index in 0..<lmsCount { unsafe place(lmsPlaces[index]) }
    }

    func placeSortedLMS(_ lmsCount: Int) {
        unsafe order.update(repeating: 0, count: count)
        unsafe tops.update(from: starts + 1, count: rankCount)
        for index in (0..<lmsCount).reversed() { unsafe place(sortedLMS[index]) }
    }

    /// Puts an LMS place at the end of its group.
    private func place(_ lms: Int32) {
        let rank = unsafe Int(ring[Int(lms)])
        unsafe tops[rank] &-= 1
        unsafe order[Int(tops[rank])] = lms &+ 1
    }

    /// Puts the L-type places at the starts of their groups.
    /// - Parameter keepsAll: Whether the rows are kept; else only those which the other scan needs.
    func scanLTypes(keepsAll: Bool) {
        unsafe tops.update(from: starts, count: rankCount)
        for row in 0..<count {
            let entry = unsafe order[row]
            unsafe order[row] = entry > 0 && !keepsAll ? 0 : 0 &- entry
            guard entry > 0 else { continue }
            let place = before(entry &- 1)
            let rank = unsafe ring[Int(place)]
            let top = unsafe tops[Int(rank)]
            unsafe tops[Int(rank)] = top &+ 1
            let isLast = unsafe ring[Int(before(place))] < rank
            unsafe order[Int(top)] = isLast ? -1 &- place : place &+ 1
        }
    }

    /// Puts the S-type places at the ends of their groups.
    func scanSTypes(keepsAll: Bool) {
        unsafe tops.update(from: starts + 1, count: rankCount)
        for row in (0..<count).reversed() {
            let entry = unsafe order[row]
            guard entry > 0 else {
                if keepsAll { unsafe order[row] = 0 &- entry }
                continue
            }
            if !keepsAll { unsafe order[row] = 0 }
            let place = before(entry &- 1)
            let rank = unsafe ring[Int(place)]
            let top = unsafe tops[Int(rank)] &- 1
            unsafe tops[Int(rank)] = top
            let isLast = unsafe ring[Int(before(place))] > rank
            unsafe order[Int(top)] = isLast ? -1 &- place : place &+ 1
        }
    }

    /// What is left after scans that do not keep all are the LMS places, in order.
    func collectLMS() {
        var used = 0
        for row in 0..<count {
            let entry = unsafe order[row]
            if entry < 0 {
                unsafe sortedLMS[used] = -1 &- entry
                used += 1
            }
        }
    }

    /// Gives each LMS place the rank of its LMS substring.
    /// - Returns: how many ranks there are.
    func rankLMS(_ lmsCount: Int) -> Int {
        for index in 0..<lmsCount {
            let next = unsafe Int(lmsPlaces[index + 1 < lmsCount ? index + 1 : 0])
            let place = unsafe Int(lmsPlaces[index])
            unsafe lengths[place >> 1] = Int32(truncatingIfNeeded: next > place ? next - place : next + count - place)
        }
        var last = unsafe Int(sortedLMS[0])
        var lastLength = unsafe Int(lengths[last >> 1])
        unsafe lengths[last >> 1] = 0
        var rank: Int32 = 0
        for index in 1..<max(1, lmsCount) {
            let place = unsafe Int(sortedLMS[index])
            let length = unsafe Int(lengths[place >> 1])
            if length != lastLength || !isEqual(last, place, count: length + 1) { rank += 1 }
            unsafe lengths[place >> 1] = rank
            last = place
            lastLength = length
        }
        return Int(rank) + 1
    }

    private func isEqual(_ first: Int, _ second: Int, count length: Int) -> Bool {
        var (left, right) = (first, second)
        for _ in 0..<length {
            if unsafe ring[left] != ring[right] { return false }
            left = left + 1 == count ? 0 : left + 1
            right = right + 1 == count ? 0 : right + 1
        }
        return true
    }
}
