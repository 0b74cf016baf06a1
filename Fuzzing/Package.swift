// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "wikidumpkit-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        // By name, so that a clone under any folder name works.
        .package(name: "wikidumpkit", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "fuzz",
            dependencies: [.product(name: "MWBzUtils", package: "wikidumpkit")],
            // The main function is that of libFuzzer.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]
        )
    ]
)
