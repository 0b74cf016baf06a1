import MWBzUtils

/// Some ranges of the history that one process does, and their state: an entry of `batches-JOB.json`.
struct Batch: Sendable, Hashable {
    enum Status: String, Sendable, Hashable {
        /// No process has started it.
        case unclaimed
        /// A process is working on it.
        case claimed
        /// Its process died or failed. Another process may take it.
        case aborted
        /// All its files exist.
        case done
        /// It cannot be done and is not tried again.
        case failed

        /// Whether a process looking for work may take it.
        var isOpen: Bool { self == .unclaimed || self == .aborted }
    }

    /// A process, in the form that old programs know.
    struct Owner: Sendable, Hashable {
        var host: String
        var processID: Int32
    }

    /// The ids of its pages, from the start of its first range to the end of its last.
    var pages: ClosedRange<Int64>
    var status = Status.unclaimed
    var owner: Owner?
    /// When it was first claimed, in fourteen digits.
    var firstClaimed: String?
    /// When it was done, in fourteen digits.
    var completed: String?
    /// How often it was claimed.
    var runs = 0

    init(_ pages: ClosedRange<Int64>) { self.pages = pages }

    /// The name as it appears in file names, such as `p1p4330`.
    var name: String { Self.name(pages) }

    static func name(_ pages: ClosedRange<Int64>) -> String { IDRangeText(pages).description }
}

extension Batch {
    mutating func claim(_ owner: Owner, at time: UTCTime) {
        status = .claimed
        self.owner = owner
        firstClaimed = firstClaimed ?? time.fourteenDigits
        completed = nil
        runs += 1
    }

    mutating func end(_ status: Status, at time: UTCTime) {
        if status == .unclaimed {
            self = Batch(pages)
            return
        }
        self.status = status
        if status == .done { completed = time.fourteenDigits }
    }
}

extension Batch {
    /// Reads an entry of the file; nil if it is invalid.
    init?(_ json: JSONValue) {
        guard let json = json["batch"], let status = json["status"]?.string.flatMap(Status.init),
            let first = json["range"]?["start"]?.string, let end = json["range"]?["end"]?.string
        else { return nil }
        guard let pages = IDRangeText(first: first, last: end).ids else { return nil }
        self.init(pages)
        self.status = status
        if let host = json["owner"]?["host"]?.string, let number = json["owner"]?["pid"]?.integer {
            owner = Owner(host: host, processID: Int32(clamping: number))
        }
        firstClaimed = json["first_claimed"]?.string
        completed = json["completed_time"]?.string
        runs = json["runs"]?.string.flatMap { Int($0) } ?? 0
    }

    var json: JSONValue {
        let range = IDRangeText(pages)
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            "batch": [
                "status": .string(status.rawValue),
                "owner": [
                    "host": text(owner?.host), "pid": owner.map { .integer(Int64($0.processID)) } ?? .null,
                ],
                "first_claimed": text(firstClaimed), "completed_time": text(completed), "runs": .string(String(runs)),
                "range": ["start": .string(range.first), "end": .string(range.last)],
            ]
        ]
    }
}

extension UTCTime {
    /// The time in fourteen digits, such as `20261124021432`.
    var fourteenDigits: String { statusText.filter(\.isNumber) }
}
