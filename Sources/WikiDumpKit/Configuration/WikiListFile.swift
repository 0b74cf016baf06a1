import SystemPackage

/// A file with names of wikis, one on each line. Blank lines and lines that begin with `#` are skipped. A byte order mark and
/// all kinds of line ends are accepted.
struct WikiListFile {
    /// The unique names in the order of the file, and the line of each.
    private(set) var names: [WikiName] = []
    private(set) var lines: [WikiName: Int] = [:]
    /// The problems in the file.
    private(set) var problems: [ConfigurationProblem] = []

    /// Reads a list.
    /// - Parameters:
    ///   - option: The option that names the file, for messages.
    ///   - place: The place of that option.
    ///   - severity: The severity of a missing file or an invalid line.
    ///   - fileSystem: The file system of the file.
    init(
        _ path: FilePath, option: String, place: INIDocument.Place?, severity: ConfigurationProblem.Severity,
        on fileSystem: FileSystem
    ) {
        let bytes: [UInt8]
        do throws(DumpError) {
            guard try fileSystem.status(path) != nil else {
                problems.append(
                    ConfigurationProblem(
                        severity, at: place, "[wiki] \(option): there is no file \(path)",
                        remedy: Self.near(path, fileSystem).map { "did you mean \($0)?" }
                            ?? "create it, or leave the option empty"))
                return
            }
            bytes = try fileSystem.read(path)
        } catch {
            problems.append(
                ConfigurationProblem(severity, at: place, "[wiki] \(option): \(error.message)", remedy: error.remedy))
            return
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let lines = String(decoding: bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0), as: UTF8.self).split(
            omittingEmptySubsequences: false
        ) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let text = line.trimmingBlanks()
            if text.isEmpty || text.hasPrefix("#") { continue }
            guard let name = WikiName(text) else {
                let remedy =
                    text.hasPrefix("%%")
                    ? "lists cannot be computed from others here; write out the names"
                    : text.contains("#")
                        ? "put the comment on a line of its own" : "names are made of letters, digits, “_”, “-” and “.”"
                problems.append(
                    ConfigurationProblem(
                        severity, file: path.string, line: index + 1, message: "not the name of a wiki: “\(text)”",
                        remedy: remedy))
                continue
            }
            if let first = self.lines[name] {
                problems.append(
                    ConfigurationProblem(
                        .note, file: path.string, line: index + 1, message: "\(name) is already in line \(first)",
                        remedy: "remove one"))
                continue
            }
            names.append(name)
            self.lines[name] = index + 1
        }
    }

    /// A file in the same folder whose name was probably meant.
    private static func near(_ path: FilePath, _ fileSystem: FileSystem) -> FilePath? {
        let folder = path.removingLastComponent()
        guard let name = path.lastComponent?.string, let names = try? fileSystem.list(folder) else { return nil }
        return Suggestion.nearest(to: name, among: names).map { folder.appending($0) }
    }
}
