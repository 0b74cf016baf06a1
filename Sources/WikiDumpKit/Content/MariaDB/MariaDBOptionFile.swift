import SystemPackage

/// Settings in a MariaDB option file that the client library ignores.
struct MariaDBOptionFile {
    /// Whether connections must not be encrypted: `skip-ssl`, `disable-ssl` or `ssl=0` in a section that the library reads.
    private(set) var refusesTLS = false

    private static let sections: Set = ["client", "client-server", "client-mariadb"]

    /// Reads an option file.
    /// - Throws: ``DumpError`` with code `configuration` if it cannot be read.
    init(_ path: FilePath) throws(DumpError) {
        let text: String
        do throws(DumpError) { text = String(decoding: try FileSystem.real.read(path), as: UTF8.self) } catch {
            throw DumpError(
                .configuration, error.message, remedy: "correct client_config_file in [database]", cause: error.cause)
        }
        self.init(text: text)
    }

    init(text: String) {
        var isRead = false
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks().lowercased() }
            guard let name = words.first?.replacing("_", with: "-") else { continue }
            if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
                isRead = Self.sections.contains(name[..<end].dropFirst().trimmingBlanks().lowercased())
            }
            guard isRead else { continue }
            switch name {
            case "skip-ssl", "disable-ssl": refusesTLS = words.count == 1 || Self.isOn(words[1])
            case "ssl": refusesTLS = words.count > 1 && !Self.isOn(words[1])
            default: break
            }
        }
    }

    private static func isOn(_ value: String) -> Bool { !["0", "off", "false"].contains(value) }
}
