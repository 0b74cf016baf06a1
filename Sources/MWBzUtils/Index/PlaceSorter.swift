internal import SystemPackage

/// Sorts any number of places in bounded memory. What does not fit is written to a file in sorted runs.
struct PlaceSorter: ~Copyable {
    /// Places kept in memory, 16 bytes each.
    static let usualRunLength = 1 << 20
    /// How many bytes of each run are read at a time during the merge.
    private static let readSize = 1 << 15
    private let folder: FilePath
    private let runLength: Int
    private var places: [IndexPlace] = []
    private var spill: SpillFile?
    private var runs: [Range<Int64>] = []

    /// - Parameter folder: The folder for the file, if one is needed.
    init(folder: FilePath, runLength: Int = usualRunLength) {
        self.folder = folder
        self.runLength = runLength
    }

    mutating func append(_ place: IndexPlace) throws(BzError) {
        places.append(place)
        guard places.count == runLength else { return }
        sortPlaces()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(places.count * IndexPlace.size)
        for place in places { place.encode(to: &bytes) }
        let file = if let spill { spill } else { try SpillFile(in: folder) }
        spill = file
        let start = try file.append(bytes)
        runs.append(start..<start + Int64(bytes.count))
        places.removeAll(keepingCapacity: true)
    }

    /// Passes on all places in order.
    mutating func drain(_ body: (IndexPlace) throws(BzError) -> Void) throws(BzError) {
        sortPlaces()
        guard let spill else {
            for place in places { try body(place) }
            return
        }
        var heads = PlaceHeap()
        var readers = runs.map { RunReader(file: spill, rest: $0, readSize: Self.readSize) }
        for index in readers.indices {
            if let place = try readers[index].next() { heads.push(place, from: index) }
        }
        // What is still in memory is one more run.
        var memory = places.makeIterator()
        if let place = memory.next() { heads.push(place, from: readers.count) }
        while let (place, source) = heads.first {
            try body(place)
            let next = source == readers.count ? memory.next() : try readers[source].next()
            heads.replaceFirst(with: next)
        }
    }

    private mutating func sortPlaces() {
        // Ids nearly always come in order.
        let isSorted = !zip(places, places.dropFirst()).contains { $1 < $0 }
        if !isSorted { places.sort() }
    }
}

/// Reads one sorted run.
private struct RunReader {
    let file: SpillFile
    var rest: Range<Int64>
    let readSize: Int
    var bytes: [UInt8] = []
    var used = 0

    mutating func next() throws(BzError) -> IndexPlace? {
        if used == bytes.count {
            guard !rest.isEmpty else { return nil }
            let count = min(readSize, rest.count)
            bytes = try file.read(at: rest.lowerBound, count: count)
            rest = rest.lowerBound + Int64(count)..<rest.upperBound
            used = 0
        }
        defer { used += IndexPlace.size }
        return IndexPlace(bytes, at: used)
    }
}

/// The first place of each run, the smallest on top.
private struct PlaceHeap {
    private var items: [(place: IndexPlace, source: Int)] = []

    var first: (place: IndexPlace, source: Int)? { items.first }

    mutating func push(_ place: IndexPlace, from source: Int) {
        items.append((place, source))
        var child = items.count - 1
        while child > 0, items[child].place < items[(child - 1) / 2].place {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Replaces the first place by the next one of the same run; nil removes the run.
    mutating func replaceFirst(with place: IndexPlace?) {
        if let place {
            items[0].place = place
        } else {
            items.swapAt(0, items.count - 1)
            items.removeLast()
        }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < items.count else { return }
            if child + 1 < items.count, items[child + 1].place < items[child].place { child += 1 }
            guard items[child].place < items[parent].place else { return }
            items.swapAt(child, parent)
            parent = child
        }
    }
}
