import SystemPackage

/// Checks what the configuration names on this machine: the sources of each wiki, and the public tree.
///
/// This is too slow for the start of every dump. Also, one wiki without a database must not prevent the dumps of the others.
struct InstallationCheck {
    let lookup: OptionLookup
    let lists: WikiLists
    let farm: FarmSettings
    let fileSystem: FileSystem

    func problems() -> [ConfigurationProblem] { lists.wikis.flatMap(sources) + exposedRuns() + reachability() }

    private func sources(of wiki: WikiName) -> [ConfigurationProblem] {
        func problem(
            _ severity: ConfigurationProblem.Severity, _ key: String, _ path: FilePath,
            _ look: (FilePath) throws(DumpError) -> Void
        ) -> ConfigurationProblem? {
            do throws(DumpError) {
                try look(path)
                return nil
            } catch {
                return ConfigurationProblem(
                    severity, at: lookup.place("source", key, wiki: wiki),
                    "[source] \(key) of \(wiki): \(error.message)",
                    remedy: error.remedy)
            }
        }
        // Another check reports wikis without a source.
        let source = SourceSettings(lookup, wiki: wiki)
        guard source.missingOptions.isEmpty else { return [] }
        // If the wiki itself is asked, the file is needed only when it does not answer.
        let severity = source.asksWiki ? ConfigurationProblem.Severity.warning : .error
        let siteInfo = lookup.path("source", "siteinfo", wiki: wiki)
        let database = lookup.path("source", "databasepath", wiki: wiki)
        let isFile = lookup.text("source", "contentsource", wiki: wiki) == SourceSettings.Kind.sqlite.rawValue
        return [
            isFile ? database.flatMap { problem(.error, "databasepath", $0, checkDatabase) } : nil,
            siteInfo.flatMap {
                problem(severity, "siteinfo", $0) { path throws(DumpError) in _ = try SiteInfoFile(path).ask() }
            },
        ].compactMap { $0 }
    }

    private func checkDatabase(_ path: FilePath) throws(DumpError) {
        let remedy = "correct databasepath; {wiki} stands for the name of the wiki"
        guard let status = try FileSystem.real.status(path) else {
            throw DumpError(.configuration, "there is no file \(path)", remedy: remedy)
        }
        guard status.isFile else { throw DumpError(.configuration, "\(path) is not a file", remedy: remedy) }
        try attempt("read \(path)") { () throws(Errno) in try FileSystem.real.checkReadable(path) }
    }

    /// Finds a folder above the public tree that a web server may not pass through.
    private func reachability() -> [ConfigurationProblem] {
        var path = farm.publicTree
        while !path.isEmpty {
            if let status = try? fileSystem.status(path), status.permissions & 0o001 == 0 {
                let mode = "0" + String(status.permissions, radix: 8)
                return [
                    ConfigurationProblem(
                        .note, at: lookup.place("output", "public"),
                        "only the owner and the group of \(path), which has the mode \(mode), can reach the public tree",
                        remedy: "chmod o+x \(path), unless the web server belongs to the group")
                ]
            }
            guard path.removeLastComponent() else { break }
        }
        return []
    }

    /// Finds private wikis with public runs, made before the wikis became private.
    private func exposedRuns() -> [ConfigurationProblem] {
        (lists.privateWikis ?? []).sorted().compactMap { wiki in
            do throws(DumpError) {
                guard let error = try farm.exposure(of: wiki, on: fileSystem) else { return nil }
                throw error
            } catch {
                return ConfigurationProblem(
                    .error, at: lookup.place("wiki", "privatelist"), error.message, remedy: error.remedy)
            }
        }
    }
}
