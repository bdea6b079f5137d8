import tensorflow as tf
from tensorflow import keras

vocab_size = 10000
embedding_dim = 16
max_length = 256

imdb = keras.datasets.imdb
(train_data, train_labels), (test_data, test_labels) = imdb.load_data(num_words=vocab_size)

word_index = {"<PAD>": 0, "<START>": 1, "<UNK>": 2, "<UNUSED>": 3}
reverse_word_index = dict([(value, key) for (key, value) in word_index.items()])


def decode_review(text):
    return ' '.join([reverse_word_index.get(i, '?') for i in text])


print(decode_review(train_data[0]))

model = keras.Sequential([
    keras.layers.Input((max_length,)),
    keras.layers.Embedding(vocab_size, embedding_dim),
    keras.layers.GlobalAveragePooling1D(),
    keras.layers.Dense(16, activation='relu'),
    keras.layers.Dense(1, activation='sigmoid'),
])

cnn = keras.Sequential(name="text_cnn")
cnn.add(keras.layers.Embedding(vocab_size, 64, input_shape=(max_length,), mask_zero=True))
cnn.add(keras.layers.SpatialDropout1D(0.2))
cnn.add(keras.layers.Conv1D(128, 5, activation='relu', padding='causal', dilation_rate=2))
cnn.add(keras.layers.MaxPooling1D(4))
cnn.add(keras.layers.Conv1D(64, 3, groups=4))
cnn.add(keras.layers.AveragePooling1D(2, padding='same'))
cnn.add(keras.layers.GlobalMaxPooling1D())
cnn.add(keras.layers.Dense(3, activation='softmax'))

for m in (cnn, model):
    m.compile(optimizer='adam', loss='binary_crossentropy', metrics=['acc'])
