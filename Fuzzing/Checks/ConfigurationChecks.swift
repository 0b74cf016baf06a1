import SystemPackage

@testable import WikiDumpKit

/// A whole configuration: every option is read for every wiki, and no path or name leaves its folder.
enum ConfigurationChecks {
    static func run(_ data: [UInt8]) throws {
        guard let document = try? INIDocument(parsing: data, file: "/farm/my.conf") else { return }
        let disk = try FileSystem.holding([
            "my.conf": data, "all.dblist": Array("demowiki\nnordwiki\n".utf8),
            "private.dblist": Array("boardwiki\n".utf8),
        ])
        let configuration = Configuration(
            document: document, files: ["/farm/my.conf"], overrideSection: nil, workingDirectory: "/farm",
            fileSystem: disk)
        for problem in configuration.problems {
            try require(problem.description.utf8.count < 1 << 20, "a problem is too long to be read")
        }
        for wiki in configuration.wikis + [WikiName("demowiki")].compactMap({ $0 }) {
            let settings = configuration.settings(for: wiki)
            try require(
                settings.maximumRetries >= 0 || !configuration.problems.isEmpty, "a number below 0 is no problem")
            for value in configuration.effectiveValues(for: wiki) where value.key.contains("password") {
                try require(value.value.isEmpty || value.value == "***", "a secret is shown")
            }
        }
    }
}

/// The lists of wikis.
enum WikiListChecks {
    static func run(_ data: [UInt8]) throws {
        let list = try read(data)
        for name in list.names { try require(name.description.isPlainFileName, "a wiki with an unsafe name") }
        try require(Set(list.names).count == list.names.count, "a wiki twice")
        let again = try read(Array(list.names.map { "\($0)\n" }.joined().utf8))
        try require(again.names == list.names && again.problems.isEmpty, "other wikis, read again")
        try require(list.names.allSatisfy { list.lines[$0] != nil }, "a wiki without a line")
        for problem in list.problems { _ = problem.description }
    }

    private static func read(_ data: [UInt8]) throws -> WikiListFile {
        WikiListFile(
            "/farm/all.dblist", option: "dblist", place: nil, severity: .error,
            on: try FileSystem.holding(["all.dblist": data]))
    }
}

/// The lists of jobs in YAML.
enum YAMLChecks {
    static func run(_ data: [UInt8]) throws {
        let disk = try FileSystem.holding(["it.yaml": data])
        let tables = TableJobList("/farm/it.yaml", place: nil, on: disk)
        for job in tables.jobs {
            try require(job.table.isPlainFileName && job.job.isPlainFileName, "a table with an unsafe name")
            try require(job.isPrivate || !TableSecrets.contains(job.table), "\(job.table) is public")
        }
        let requests = APIJobList("/farm/it.yaml", place: nil, on: disk)
        for job in requests.jobs { try require(job.job.isPlainFileName, "a request with an unsafe name") }
        let custom = CustomJobList(
            "/farm/it.yaml", place: nil, on: disk, others: JobList.everything(tables: [], requests: []))
        for job in custom.jobs {
            try require(job.name.isPlainFileName, "a job with an unsafe name")
            try require((job.outputs + job.inputs).allSatisfy(\.isPlainFileName), "a file with an unsafe name")
        }
        for problem in tables.problems + requests.problems + custom.problems {
            try require(problem.description.utf8.count < 1 << 20, "a problem is too long to be read")
        }
    }
}
