// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "first-dump",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In a package of yours, the address of the repository stands here.
        .package(name: "wikidumpkit", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "FirstDump",
            dependencies: [
                .product(name: "WikiDumpKit", package: "wikidumpkit"),
                .product(name: "Logging", package: "swift-log"),
            ])
    ]
)
