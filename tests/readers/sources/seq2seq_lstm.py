"""Character-level translation: an encoder's last states start a decoder. All is executed."""
import numpy as np
import keras
from keras.layers import LSTM, Dense, Embedding, Input
from keras.models import Model

batch_size = 64
latent_dim = 256
num_encoder_tokens = 71
num_decoder_tokens = 93

encoder_inputs = Input(shape=(None, num_encoder_tokens))
encoder = LSTM(latent_dim, return_state=True)
encoder_outputs, state_h, state_c = encoder(encoder_inputs)
# The outputs are not needed, the states are.
encoder_states = [state_h, state_c]

decoder_inputs = Input(shape=(None, num_decoder_tokens))
decoder_lstm = LSTM(latent_dim, return_sequences=True, return_state=True)
decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state=encoder_states)
decoder_dense = Dense(num_decoder_tokens, activation="softmax")
decoder_outputs = decoder_dense(decoder_outputs)

model = Model([encoder_inputs, decoder_inputs], decoder_outputs)
model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
model.summary()

# Sampling runs the decoder step by step.
encoder_model = Model(encoder_inputs, encoder_states)
decoder_state_input_h = Input(shape=(latent_dim,))
decoder_state_input_c = Input(shape=(latent_dim,))
decoder_states_inputs = [decoder_state_input_h, decoder_state_input_c]
outputs, state_h, state_c = decoder_lstm(decoder_inputs, initial_state=decoder_states_inputs)
outputs = decoder_dense(outputs)
decoder_model = Model([decoder_inputs] + decoder_states_inputs, [outputs, state_h, state_c])
