import Foundation

/// A folder in which the commands of the documents can be run: `demo` is a farm in which demowiki was dumped on
/// 25 November 2026, and beside it are the files of that dump, and some made of them.
struct DocumentFolder {
    static let date = "20261125"

    let folder: URL

    init() async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("document-\(UUID().uuidString)")
        let programs = folder.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: programs.appendingPathComponent("dumpctl"), withDestinationURL: Dumpctl.binary)
        let farm = try DemoFarm(at: folder.appendingPathComponent("demo"))
        let outcome = try await farm.run("run", "demowiki", "--date", Self.date, "--quiet")
        guard outcome.status == 0 else { throw Tool.Failure(text: outcome.error) }
        let run = "public/demowiki/\(Self.date)"
        for name in farm.names(run) where name.hasPrefix("demowiki-") && !name.hasSuffix("certificate.json") {
            try FileManager.default.copyItem(at: farm.url("\(run)/\(name)"), to: url(name))
        }
        try await make()
    }

    /// Makes what the documents name and no command of theirs makes.
    private func make() async throws {
        let history = try Data(contentsOf: url("demowiki-\(Self.date)-pages-meta-history.xml.bz2"))
        try history.write(to: url("pages.xml.bz2"))
        try history.prefix(40_000).write(to: url("cut.xml.bz2"))
        let articles = "demowiki-\(Self.date)-pages-articles"
        for command in [
            "bzip2 -dc pages.xml.bz2 | gzip >pages.xml.gz",
            "dumpctl extract \(articles).xml.bz2 --pages 1-30 | bzip2 >\(articles)1.xml-p1p30.bz2",
            "sed -n '1,/<.siteinfo>/p' <(gzip -dc pages.xml.gz) >new-pages.xml",
            "printf '  <page>\\n    <title>New</title>\\n    <ns>0</ns>\\n    <id>74</id>\\n  </page>\\n</mediawiki>\\n' >>new-pages.xml",
        ] {
            let outcome = try await run(command)
            guard outcome.status == 0 else { throw Tool.Failure(text: outcome.text) }
        }
    }

    /// Runs a command as a shell does.
    /// - Parameter status: what `$?` is before it.
    func run(_ command: String, after status: Int32 = 0) async throws -> Tool.Outcome {
        let path = url("bin").path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        return try await Dumpctl.gate.pass {
            try await Tool.runAside(
                ["bash", "-c", "(exit \(status)); \(command)"], in: folder,
                environment: ["PATH": path, "HOME": folder.path])
        }
    }

    func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
