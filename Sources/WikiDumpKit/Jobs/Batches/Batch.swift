import MWBzUtils

/// Some ranges of the history that one process does, and how far that is: an entry of `batches-JOB.json`.
struct Batch: Sendable, Hashable {
    /// Where a batch stands.
    enum Status: String, Sendable, Hashable {
        /// Nobody has begun it.
        case unclaimed
        /// A process does it.
        case claimed
        /// Its process died or could not do it; another may.
        case aborted
        /// All its files are there.
        case done
        /// It cannot be done; nobody tries it any more.
        case failed

        /// Whether a process that looks for work may take it.
        var isOpen: Bool { self == .unclaimed || self == .aborted }
    }

    /// A process, as old programs know it.
    struct Owner: Sendable, Hashable {
        var host: String
        var processID: Int32
    }

    /// The ids of its pages: from the first of its first range to the last of its last.
    var pages: ClosedRange<Int64>
    var status = Status.unclaimed
    var owner: Owner?
    /// When it was claimed for the first time, in fourteen digits.
    var firstClaimed: String?
    /// When it was done, in fourteen digits.
    var completed: String?
    /// How often it was claimed.
    var runs = 0

    init(_ pages: ClosedRange<Int64>) { self.pages = pages }

    /// `p1p4330`, as it stands in names of files.
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

    /// Ends a claim.
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
    /// An entry as it stands in the file; nil if it makes no sense.
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
    /// `20261124021432`.
    var fourteenDigits: String { statusText.filter(\.isNumber) }
}
