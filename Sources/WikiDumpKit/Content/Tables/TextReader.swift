/// Fetches the texts of a batch, in the order in which they lie in the file.
struct TextReader<Connection: TableConnection> {
    private static var group: Int { 32 }

    private let statement: Connection.Statement
    /// Whether only texts are fetched whose sum is not stored, so that it has to be made from them.
    private let onlyWithoutSum: Bool

    init(_ connection: Connection, onlyWithoutSum: Bool) throws(DumpError) {
        self.onlyWithoutSum = onlyWithoutSum
        let marks = repeatElement("?", count: Self.group).joined(separator: ", ")
        let text = connection.dialect.table("text")
        statement = try connection.statement(
            "SELECT old_id, old_flags, old_text FROM \(text) WHERE old_id IN (\(marks))")
    }

    /// Puts the texts into the slots of a batch. What cannot be read stays nil and becomes a problem.
    func fill(_ batch: inout RevisionBatch) throws(DumpError) {
        let numbers = wanted(batch)
        if onlyWithoutSum, numbers.isEmpty { return }
        let texts = try read(numbers)
        // The arrays are changed in place: each of them has one owner.
        for run in batch.runs.indices {
            let page = batch.runs[run].page.id
            for place in batch.runs[run].revisions.indices {
                let id = batch.runs[run].revisions[place].id
                func set(_ slot: inout Slot, _ problems: inout [ContentProblem]) {
                    if onlyWithoutSum, !slot.sha1.isEmpty { return }
                    let result: StoredText =
                        if let number = TextAddress.row(slot.address) {
                            texts[number] ?? .unreadable("text row \(number) is missing")
                        } else {
                            .unreadable("the text address \"\(slot.address)\" is not understood")
                        }
                    slot.text = result.text
                    if let fault = result.fault {
                        problems.append(
                            ContentProblem(
                                page: page, revision: id, message: "slot \(slot.role): \(fault)", isOmission: false,
                                isLoss: result.text == nil))
                    }
                }
                set(&batch.runs[run].revisions[place].main, &batch.problems)
                for other in batch.runs[run].revisions[place].otherSlots.indices {
                    set(&batch.runs[run].revisions[place].otherSlots[other], &batch.problems)
                }
            }
        }
    }

    private func read(_ wanted: [Int64]) throws(DumpError) -> [Int64: StoredText] {
        var texts: [Int64: StoredText] = Dictionary(minimumCapacity: wanted.count)
        var start = 0
        while start < wanted.count {
            let ids = wanted[start..<min(start + Self.group, wanted.count)]
            // A group that is not full repeats an id; SQLite reads a row once however often it is named.
            statement.bind((0..<Self.group).map { ids[min(start + $0, ids.endIndex - 1)] })
            while try statement.step() {
                let flags = statement.string(1)
                texts[statement.int(0)] =
                    statement.isNull(2)
                    ? .unreadable("its text is NULL")
                    : unsafe statement.withBytes(2) { unsafe StoredText(stored: $0, flags: flags) }
            }
            statement.reset()
            start += Self.group
        }
        return texts
    }

    /// The numbers of the text rows that a batch needs, rising, each once.
    private func wanted(_ batch: RevisionBatch) -> [Int64] {
        var numbers: [Int64] = []
        for run in batch.runs {
            for revision in run.revisions {
                if !onlyWithoutSum || revision.main.sha1.isEmpty, let number = TextAddress.row(revision.main.address) {
                    numbers.append(number)
                }
                for slot in revision.otherSlots where !onlyWithoutSum || slot.sha1.isEmpty {
                    if let number = TextAddress.row(slot.address) { numbers.append(number) }
                }
            }
        }
        numbers.sort()
        var last: Int64?
        numbers.removeAll { number in
            defer { last = number }
            return number == last
        }
        return numbers
    }
}

extension TextAddress {
    /// The row that an address such as `tt:145` names.
    static func row(_ address: String) -> Int64? {
        guard address.utf8.count > 3, address.lowercased().hasPrefix("tt:") else { return nil }
        let digits = address.dropFirst(3).prefix { $0 != "?" }
        guard digits.utf8.first != UInt8(ascii: "0"), digits.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        return Int64(digits)
    }
}
