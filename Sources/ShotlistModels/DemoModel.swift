import Foundation

/// The model that Shotlist ships.
public enum DemoModel {
    /// The text model's file.
    public static let textFile = "demo-text-f16.gguf"
    /// The projector's file.
    public static let projectorFile = "demo-mmproj-f16.gguf"
}
