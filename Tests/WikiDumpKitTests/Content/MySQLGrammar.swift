/// What MySQL 8 would not take of the SQL text of a table, by its manual: "Comments", "Data Type Default Values",
/// "The BLOB and TEXT Types" and the list of character sets and collations.
///
/// The text of a table is little of SQL, so few rules are enough. MariaDB 10.5 has to know what is asked here too.
enum MySQLGrammar {
    private static let types: Set<Substring> = [
        "tinyint", "smallint", "mediumint", "int", "bigint", "float", "double", "decimal", "bit", "year", "date",
        "time",
        "datetime", "timestamp", "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob",
        "mediumblob", "longblob", "enum", "set",
    ]
    private static let collations: Set<Substring> = [
        "utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_520_ci", "latin1_bin",
        "latin1_swedish_ci", "latin1_general_ci",
    ]

    static func problems(of text: String) -> [String] {
        var problems: [String] = []
        // What stands before the rows; texts in those may look like anything.
        let opening = text.split(separator: "\nINSERT INTO ", maxSplits: 1).first ?? ""
        for line in opening.split(separator: "\n") {
            if line.contains("\\") { problems.append("a backslash outside of rows: \(line)") }
            for comment in line.split(separator: "/*").dropFirst() {
                // A version is five digits; from 8.0.34 on a blank has to follow.
                let version = comment.dropFirst().prefix { $0.isNumber }
                let isExecuted = comment.first == "!" && version.count == 5 && (Int(version) ?? .max) <= 80_000
                if !isExecuted || comment.dropFirst(6).first != " " { problems.append("a comment of its own: \(line)") }
            }
            if line.hasPrefix("  `") { problems += columnProblems(line) }
            for part in line.split(separator: "COLLATE ").dropFirst() {
                let collation = part.prefix { $0 != " " }
                if !collations.contains(collation) { problems.append("collation \(collation)") }
            }
        }
        return problems
    }

    private static func columnProblems(_ line: Substring) -> [String] {
        let words = (line.split(separator: "` ").last ?? "").replacing("/*!40101 ", with: "")
        let type = words.prefix { $0.isLetter || $0.isNumber }.lowercased()
        var problems = types.contains(type[...]) ? [] : ["type \(type): \(line)"]
        let isLong = type.hasSuffix("blob") || type.hasSuffix("text")
        if isLong, words.contains("DEFAULT '") || words.contains("DEFAULT X") {
            problems.append("a default of a long value without parentheses: \(line)")
        }
        return problems
    }
}
