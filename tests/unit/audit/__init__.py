"""The record's own arithmetic: trees and notes."""
