import CLibrary
public import SystemPackage

/// Finds the configuration files, reads them and merges them.
///
/// If no file is named on the command line, these files are read if they exist: `wikidump.conf` beside the program,
/// `/etc/wikidump.conf`, `$HOME/.wikidump.conf`. Options in later files override those in earlier ones. A named file replaces
/// the one beside the program, must exist, and overrides all others.
///
/// The environment variable `DUMPCTL_CONFIG` names a file like the command line, which wins over it. `wikidump.conf` in the
/// working directory is read only if none of the usual files exists, so it never changes a farm that is set up.
public struct ConfigurationLoader: Sendable {
    /// The file for the whole machine; nil for none.
    public var systemFile: FilePath?
    /// The folder of the user's own file; nil for none.
    public var homeDirectory: FilePath?
    /// The folder of the program; nil to read no file there.
    public var programDirectory: FilePath?
    /// The folder that relative paths start from.
    public var workingDirectory: FilePath
    /// `FILE` or `FILE:SECTION` for when the command line names none; nil for the usual places.
    public var environmentFile: String?
    /// What these files and the trees of the farm lie on.
    public var fileSystem = FileSystem.real

    /// Makes a loader for the given places.
    public init(
        systemFile: FilePath?, homeDirectory: FilePath?, programDirectory: FilePath?, workingDirectory: FilePath
    ) {
        self.systemFile = systemFile
        self.homeDirectory = homeDirectory
        self.programDirectory = programDirectory
        self.workingDirectory = workingDirectory
    }

    /// Makes a loader for this process: its program, `/etc`, `$HOME` and its working directory.
    public init() {
        let home = ProcessEnvironment.value("HOME") ?? ""
        // With a nil buffer, getcwd allocates one of the right size, which the caller must free.
        let pointer = unsafe getcwd(nil, 0)
        defer { unsafe free(pointer) }
        let current = unsafe pointer.map { unsafe String(cString: $0) } ?? "."
        self.init(
            systemFile: "/etc/wikidump.conf", homeDirectory: home.isEmpty ? nil : FilePath(home),
            programDirectory: (try? FileSystem.real.linkTarget("/proc/self/exe")).map {
                FilePath($0).removingLastComponent()
            },
            workingDirectory: FilePath(current))
        environmentFile = ProcessEnvironment.value("DUMPCTL_CONFIG").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Loads the configuration for use.
    /// - Parameter argument: `FILE` or `FILE:SECTION`; nil for the usual places.
    /// - Throws: ``DumpError`` with code `configuration` for the first problem of severity `error`, or a file system error.
    public func load(_ argument: String? = nil) throws(DumpError) -> Configuration {
        let configuration = try read(argument, looksAround: false)
        let errors = configuration.problems.filter { $0.severity == .error }
        if let first = errors.first { throw first.asError }
        return configuration
    }

    /// Loads the configuration for inspection, even if it has errors. Also checks what it names: the database and siteinfo
    /// file of each wiki, and the public tree.
    /// - Parameter argument: `FILE` or `FILE:SECTION`; nil for the usual places.
    /// - Throws: ``DumpError`` if a file cannot be read or is not in the INI dialect.
    public func inspect(_ argument: String? = nil) throws(DumpError) -> Configuration {
        try read(argument, looksAround: true)
    }

    private func read(_ argument: String?, looksAround: Bool) throws(DumpError) -> Configuration {
        let (named, section) = try (argument ?? environmentFile).map(split) ?? (nil, nil)
        var places = [systemFile, homeDirectory?.appending(".wikidump.conf")]
        if let named {
            places.append(named)
        } else {
            places.insert(programDirectory?.appending("wikidump.conf"), at: 0)
        }
        var document = INIDocument()
        var files: [FilePath] = []
        var problems: [ConfigurationProblem] = []
        for path in places.compactMap({ $0 }) {
            let bytes: [UInt8]
            do throws(DumpError) {
                guard try fileSystem.status(path) != nil else {
                    guard path == named else { continue }
                    throw DumpError(
                        .configuration, "there is no configuration file \(path)",
                        remedy: argument == nil
                            ? "check the name in DUMPCTL_CONFIG" : "check the name given on the command line")
                }
                bytes = try fileSystem.read(path)
            } catch {
                // If a file is named, the user's own file is optional. The system file must be readable, because it may say
                // which wikis are private.
                guard named == nil || path == named || path == systemFile else {
                    problems.append(
                        ConfigurationProblem(
                            .warning, message: "\(error.message), so it has no effect", remedy: error.remedy))
                    continue
                }
                throw DumpError(.configuration, error.message, remedy: error.remedy, cause: error.cause)
            }
            document.overlay(try INIDocument(parsing: bytes, file: path))
            files.append(path)
        }
        if files.isEmpty {
            let path = workingDirectory.appending("wikidump.conf")
            guard try fileSystem.status(path)?.isFile == true else {
                let looked = (places + [path]).compactMap { $0?.string }.joined(separator: ", ")
                throw DumpError(
                    .configuration, "there is no configuration; looked for \(looked)",
                    remedy: "name a file on the command line or in DUMPCTL_CONFIG; dumpctl config sample prints one")
            }
            try checkBelief(path)
            document.overlay(try INIDocument(parsing: try fileSystem.read(path), file: path))
            files.append(path)
        }
        if let section, document.sections[section] == nil {
            let near = Suggestion.nearest(to: section, among: document.sections.keys.sorted())
            throw DumpError(
                .configuration, "\(named ?? ""): there is no section [\(section)]",
                remedy: near.map { "did you mean [\($0)]?" } ?? "check what follows the colon on the command line")
        }
        return Configuration(
            document: document, files: files, overrideSection: section, workingDirectory: workingDirectory,
            fileSystem: fileSystem, reading: problems, looksAround: looksAround)
    }

    /// Checks that a file that nobody named may say which programs are started: one that belongs to the user or to root, and
    /// that nobody else may change.
    private func checkBelief(_ path: FilePath) throws(DumpError) {
        guard let status = try fileSystem.ownership(path) else { return }
        guard status.user == 0 || status.user == getuid(), status.permissions & 0o022 == 0 else {
            throw DumpError(
                .configuration, "\(path) could be changed by others, so it is only read if it is named",
                remedy: "name it on the command line, or let only yourself write it")
        }
    }

    /// Splits `FILE:SECTION`. An existing file with the whole name takes precedence, so names may contain a colon.
    private func split(_ argument: String) throws(DumpError) -> (FilePath?, String?) {
        func path(_ text: some StringProtocol) -> FilePath {
            workingDirectory.pushing(FilePath(String(text))).lexicallyNormalized()
        }
        let whole = path(argument)
        guard let colon = argument.lastIndex(of: ":"), try fileSystem.status(whole) == nil else { return (whole, nil) }
        let (file, section) = (argument[..<colon], argument[argument.index(after: colon)...])
        guard !file.isEmpty, !section.isEmpty else {
            throw DumpError(
                .usage, "“\(argument)” is not FILE:SECTION", remedy: "name a file before and a section after the colon")
        }
        return section.contains("/") ? (whole, nil) : (path(file), String(section))
    }
}
