import SystemPackage
import WikiDumpKit

/// The farm as a table: a line for each wiki.
struct StatusTable {
    private struct Row {
        var cells: [String]
        var state: WikiStatus.State?
        var isLate = false
    }

    private static let heads = ["wiki", "state", "complete run", "age", "size", "took", "what is the matter"]
    /// Columns of numbers end at the same place.
    private static let rightAligned: Set = [3, 4, 5]

    private var rows: [Row]
    private let lastLines: [String]
    private let style: TextStyle

    init(_ farm: FarmStatus, maxAge: Int64?, style: TextStyle) {
        self.style = style
        rows = farm.wikis.map { Self.row($0, farm, maxAge: maxAge) }
        lastLines = [Self.summary(farm, maxAge: maxAge)] + (farm.pause.map { [Self.pause($0)] } ?? [])
    }

    /// Leaves out rows at the end until the table has no more than some lines.
    mutating func keep(lines: Int) {
        let room = max(1, lines - 2 - lastLines.count)
        guard rows.count > room else { return }
        let left = rows.count - room
        rows.removeLast(left)
        rows.append(Row(cells: ["… and \(left) more"]))
    }

    var text: String {
        let table = [Row(cells: Self.heads)] + rows
        var widths = Self.heads.map(\.count)
        for row in rows where row.cells.count == widths.count {
            for (column, cell) in row.cells.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        let lines = table.enumerated().map { number, row -> String in
            guard row.cells.count == widths.count else { return row.cells.joined() }
            let cells = row.cells.enumerated().map { column, cell -> String in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                // Nothing follows the last column.
                let padded =
                    column == widths.count - 1
                    ? cell : Self.rightAligned.contains(column) ? blanks + cell : cell + blanks
                if number == 0 { return style.strong(padded) }
                return switch column {
                case 1: colored(padded, row.state)
                case 3 where row.isLate: style.bad(padded)
                default: padded
                }
            }
            return cells.joined(separator: "  ").trimmingEnd
        }
        let shown = rows.isEmpty ? [] : lines
        return (shown + lastLines).map { $0 + "\n" }.joined()
    }

    private func colored(_ text: String, _ state: WikiStatus.State?) -> String {
        switch state {
        case .unreadable, .failed, .interrupted: style.bad(text)
        case .partial, .lacking, .never: style.warning(text)
        case .complete: style.good(text)
        case .running, nil: text
        }
    }

    private static func row(_ status: WikiStatus, _ farm: FarmStatus, maxAge: Int64?) -> Row {
        let complete = status.complete
        return Row(
            cells: [
                status.wiki.description, status.state.words, complete?.date.dashed ?? "none",
                status.age(at: farm.time).map(WikiExplanation.duration) ?? "",
                complete.map { sizeText($0.bytes) } ?? "",
                complete?.milliseconds.map { RunText.duration(Double($0) / 1000) } ?? "",
                remark(status, farm),
            ], state: status.state, isLate: maxAge.map { status.isLate(at: farm.time, after: $0) } ?? false)
    }

    private static func remark(_ status: WikiStatus, _ farm: FarmStatus) -> String {
        var parts: [String] = []
        switch status.state {
        case .unreadable: parts.append(status.problem.map { "\($0)" } ?? "")
        case .failed:
            if let first = status.failures.first {
                parts.append((first.job.map { "\($0): " } ?? "") + first.reason)
                if status.failures.count > 1 { parts.append("\(status.failures.count - 1) more failed") }
            }
        case .running:
            if let holder = status.holder { parts.append("process \(holder.processID) on \(holder.host)") }
            if let job = status.activeJobs.first {
                parts.append(job.name + (job.message.map { ": \($0)" } ?? ""))
            }
        case .lacking: parts.append("\(status.missingItems) \(status.missingItems == 1 ? "item" : "items") missing")
        case .interrupted, .never, .partial, .complete: break
        }
        if let holder = status.holder, holder.isStale {
            parts.append("stale lock of process \(holder.processID) on \(holder.host)")
        }
        if let place = status.place { parts.append(place == 1 ? "next" : "number \(place) in the queue") }
        // A reason may have several lines; `dumpctl why` shows them.
        let line = parts.joined(separator: "; ").split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 100 ? line.prefix(99) + "…" : line
    }

    private static func summary(_ farm: FarmStatus, maxAge: Int64?) -> String {
        var parts = WikiStatus.State.allCases.compactMap { state -> String? in
            let count = farm.wikis.count { $0.state == state }
            return count > 0 ? "\(count) \(state.words)" : nil
        }
        if let maxAge {
            let late = farm.wikis.count { $0.isLate(at: farm.time, after: maxAge) }
            if late > 0 { parts.append("\(late) late") }
        }
        let count = farm.wikis.count
        return "\(count == 1 ? "1 wiki" : "\(count) wikis")" + (parts.isEmpty ? "" : ": ")
            + parts.joined(separator: ", ")
    }

    private static func pause(_ pause: FarmStatus.Pause) -> String {
        switch pause {
        case .maintenance(let file): "Maintenance: no worker begins anything while \(file) exists."
        case .exit(let file): "No loop begins another dump while \(file) exists."
        }
    }
}

extension WikiStatus.State {
    /// The state in words.
    var words: String {
        switch self {
        case .unreadable: "unreadable"
        case .failed: "failed"
        case .interrupted: "died"
        case .never: "never dumped"
        case .partial: "partly done"
        case .lacking: "items missing"
        case .running: "running"
        case .complete: "complete"
        }
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// The status of a farm as JSON. `Documentation/status.md` describes it.
enum StatusJSON {
    /// The version of the form. It rises when something changes its meaning or goes; what is added does not count.
    static let schema = 1

    static func object(_ farm: FarmStatus, maxAge: Int64?) -> JSONObject {
        var object: JSONObject = [
            "schema": schema, "time": farm.time.iso8601,
            "wikis": farm.wikis.map { self.object($0, farm, maxAge: maxAge) },
        ]
        switch farm.pause {
        case .maintenance(let file): object["pause"] = ["kind": "maintenance", "file": file.string] as JSONObject
        case .exit(let file): object["pause"] = ["kind": "exit", "file": file.string] as JSONObject
        case nil: break
        }
        return object
    }

    static func object(_ status: WikiStatus, _ farm: FarmStatus, maxAge: Int64?) -> JSONObject {
        let complete = status.complete.map { run -> JSONObject in
            [
                "date": run.date.description, "ended": run.ended.iso8601, "bytes": run.bytes,
                "milliseconds": run.milliseconds,
            ]
        }
        let holder = status.holder.map { holder -> JSONObject in
            [
                "host": holder.host, "process": Int(holder.processID), "date": holder.date.description,
                "silent": holder.age,
                "stale": holder.isStale,
            ]
        }
        return [
            "wiki": status.wiki.description, "private": status.isPrivate, "state": status.state.rawValue,
            "date": status.date?.description, "updated": status.updated?.iso8601, "complete": complete,
            "age": status.age(at: farm.time), "late": maxAge.map { status.isLate(at: farm.time, after: $0) },
            "failures": status.failures.map { ["job": $0.job, "reason": $0.reason] as JSONObject },
            "failedAt": status.attempts?.time.iso8601, "attempts": status.attempts?.count,
            "retry": status.retry?.iso8601, "activeJobs": status.activeJobs.map(\.name),
            "missingItems": status.missingItems, "lackingJobs": status.lackingJobs, "lock": holder,
            "place": status.place, "problem": status.problem.map { "\($0)" },
        ]
    }
}
