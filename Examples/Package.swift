// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "wikidumpkit-examples",
    platforms: [.macOS(.v15)],
    dependencies: [
        // By name, so that a clone under any folder name works.
        .package(name: "wikidumpkit", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "CustomJob",
            dependencies: [
                .product(name: "WikiDumpKit", package: "wikidumpkit"),
                .product(name: "WikiDumpKitTesting", package: "wikidumpkit"),
                .product(name: "Logging", package: "swift-log"),
            ])
    ]
)
