/// Undoes the run-length stage of bzip2: the byte after four equal bytes says how many more there are.
struct RunLengthExpander {
    private(set) var bytes: [UInt8] = []
    private var last: UInt8 = 0
    private var run = 0

    /// - Parameter capacity: How many bytes to expect.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Whether the data may end here: not between four equal bytes and their count.
    var isComplete: Bool { run < 4 }

    /// Takes the next bytes.
    mutating func append(_ coded: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < coded.count {
            let byte = unsafe coded[index]
            index += 1
            if run == 4 {
                bytes.append(contentsOf: repeatElement(last, count: Int(byte)))
                run = 0
                continue
            }
            bytes.append(byte)
            if run > 0, byte == last {
                run += 1
                continue
            }
            let plain = unsafe Runs.plainCount(coded, from: index - 1, atMost: coded.count)
            if plain > 0 {
                // The byte at `index - 1` has been written already. The byte at which the next run begins has not.
                unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: coded[index..<index + plain]))
                index += plain
            }
            last = unsafe coded[index - 1]
            run = 1
        }
    }

    /// Returns the bytes so far. The next ones continue after them.
    mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Drops the bytes so far. The next ones continue after them.
    mutating func discardBytes() { bytes.removeAll(keepingCapacity: true) }
}
