/// Makes several groups of lines at the same time and writes them in order.
struct LinePipeline {
    /// Lines that a task has made.
    struct Made: Sendable {
        let number: Int
        let weight: Int
        let bytes: [UInt8]
    }

    /// How much text makes a group.
    private static let groupWeight = 1 << 19
    /// How much text may be held at once, not counting one revision.
    private static let heldLimit = 24 << 20
    private let limit: Int
    private let output: any DumpOutput
    private var lines: [RevisionLine] = []
    private var weight = 0
    private var held = 0
    private var begun = 0
    private var written = 0
    private var waiting: [Int: Made] = [:]
    private(set) var lineCount: Int64 = 0

    init(limit: Int, output: any DumpOutput) { (self.limit, self.output) = (limit, output) }

    /// Takes a line. If too many are held, finished ones are written first.
    mutating func take(_ line: RevisionLine, _ group: inout TaskGroup<Made>) async throws(BzError) {
        lines.append(line)
        weight += line.weight
        lineCount += 1
        if weight >= Self.groupWeight { try await begin(&group) }
    }

    /// Writes what is left.
    mutating func finish(_ group: inout TaskGroup<Made>) async throws(BzError) {
        try await begin(&group)
        while let made = await group.next() { try await accept(made) }
    }

    private mutating func begin(_ group: inout TaskGroup<Made>) async throws(BzError) {
        guard !lines.isEmpty else { return }
        let (number, size, chosen) = (begun, weight, lines)
        lines = []
        weight = 0
        while begun > written, begun - written >= limit || held + size > Self.heldLimit, let made = await group.next() {
            try await accept(made)
        }
        begun += 1
        held += size
        group.addTask(executorPreference: WorkerThreads.working) {
            var json = JSONText()
            for line in chosen { line.write(to: &json) }
            return Made(number: number, weight: size, bytes: json.bytes)
        }
    }

    private mutating func accept(_ made: Made) async throws(BzError) {
        waiting[made.number] = made
        while let next = waiting.removeValue(forKey: written) {
            written += 1
            held -= next.weight
            try await output.append(next.bytes)
        }
    }
}
