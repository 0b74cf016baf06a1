import Synchronization

/// Numbers that tell apart the files which one process writes at a time.
enum TemporaryNumber {
    private static let last = Atomic<UInt64>(0)

    static func next() -> UInt64 { last.add(1, ordering: .relaxed).newValue }
}
