// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is compiled with: Swift 6 rules, and no warning left standing.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "wikidumpkit",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "MWBzUtils", targets: ["MWBzUtils"]),
        .library(name: "WikiDumpKit", targets: ["WikiDumpKit"]),
        .library(name: "WikiDumpKitTesting", targets: ["WikiDumpKitTesting"]),
        .executable(name: "dumpctl", targets: ["dumpctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .target(
            name: "CMWBz",
            linkerSettings: [.linkedLibrary("bz2"), .linkedLibrary("z")]
        ),
        .target(name: "CLibrary", swiftSettings: strict),
        .target(name: "CCurl"),
        .target(name: "CMariaDB"),
        .target(name: "CProcess"),
        .target(
            name: "MWBzUtils",
            dependencies: [
                "CCurl",
                "CLibrary",
                "CMWBz",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "WikiDumpKit",
            dependencies: [
                "CLibrary",
                "CMWBz",
                "CMariaDB",
                "CProcess",
                "MWBzUtils",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "WikiDumpKitTesting",
            dependencies: [
                "WikiDumpKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "DumpSimulation",
            dependencies: [
                "CLibrary",
                "MWBzUtils",
                "WikiDumpKit",
                "WikiDumpKitTesting",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "dumpctl",
            dependencies: [
                "CLibrary",
                "CProcess",
                "DumpSimulation",
                "MWBzUtils",
                "WikiDumpKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "CustomJob",
            dependencies: [
                "WikiDumpKit",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/CustomJob",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "CustomLock",
            dependencies: [
                "WikiDumpKit",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/CustomLock",
            swiftSettings: strict
        ),
        // Packages of their own as well, which have no tests.
        .executableTarget(
            name: "FirstDump",
            dependencies: [
                "WikiDumpKit",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/FirstDump/Sources/FirstDump",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "PageLookup",
            dependencies: [
                "MWBzUtils",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Examples/PageLookup/Sources/PageLookup",
            swiftSettings: strict
        ),
        .testTarget(
            name: "MWBzUtilsTests",
            dependencies: [
                "CMWBz",
                "MWBzUtils",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DumpSimulationTests",
            dependencies: [
                "DumpSimulation",
                "MWBzUtils",
                "WikiDumpKit",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WikiDumpKitTests",
            dependencies: [
                "CLibrary",
                "DumpSimulation",
                "MWBzUtils",
                "WikiDumpKit",
                "WikiDumpKitTesting",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        hostileInput(isFuzzer: false),
        .testTarget(
            name: "DumpctlTests",
            dependencies: [
                "CustomJob",
                "CustomLock",
                "FirstDump",
                "MWBzUtils",
                "PageLookup",
                "WikiDumpKit",
                "WikiDumpKitTesting",
                "dumpctl",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
    ]
)

/// The checks of hostile input: as tests that replay the corpus, or as the fuzzer.
///
/// Both consist of the same checks, which look into the libraries as tests do. The main function of the fuzzer comes with
/// `-sanitize=fuzzer`, so only `Scripts/fuzz.sh` can build it.
func hostileInput(isFuzzer: Bool) -> Target {
    let dependencies: [Target.Dependency] = [
        "DumpSimulation",
        "MWBzUtils",
        "WikiDumpKit",
        "WikiDumpKitTesting",
        .product(name: "SystemPackage", package: "swift-system"),
    ]
    let others = ["Corpus", "Dictionaries", "README.md"]
    return isFuzzer
        ? .executableTarget(
            name: "fuzz", dependencies: dependencies, path: "Fuzzing", exclude: others + ["CorpusTests.swift"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
        : .testTarget(
            name: "HostileInputTests", dependencies: dependencies, path: "Fuzzing", exclude: others + ["Fuzzer.swift"],
            swiftSettings: strict)
}

if Context.environment["DUMPCTL_FUZZER"] != nil {
    package.targets.removeAll { $0.type == .test }
    package.targets.append(hostileInput(isFuzzer: true))
}
