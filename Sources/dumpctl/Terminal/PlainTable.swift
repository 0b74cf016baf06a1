import CLibrary

/// Rows whose columns begin at the same place, for people and for `awk`.
enum PlainTable {
    /// Prints rows on standard output, or a line if there are none.
    static func print(_ rows: [[String]], none: String) {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        let lines = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                // A reason may have several lines.
                let line = cell.split(whereSeparator: \.isNewline).joined(separator: " ")
                return line + String(repeating: " ", count: max(0, widths[column] - line.count))
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        Output.write(lines.isEmpty ? none + "\n" : lines.joined(), to: STDOUT_FILENO)
    }
}
